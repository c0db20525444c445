/** Reads model.json, which stgan_tf.export writes next to the LiteRT files. */
import { CELEBA_FRAME, type GivenCrop, type Size } from '../imaging/frame';
import { type Resize, RESIZES } from '../imaging/picture-view';
import type { CropBox } from '../imaging/pixels';
import { Problem } from '../problem';
import { texts } from '../texts/texts';

export const FORMAT = 'stgan_tf.model';
/** Version 1 files do not record a frame: their crop is relative to CelebA's. */
export const FORMAT_VERSIONS: readonly unknown[] = [1, 2];

const LABEL_MODES = ['difference', 'target', 'binary'] as const;
const ROLES = ['edit', 'classify'] as const;

export type Role = (typeof ROLES)[number];

export interface ModelFile {
  readonly name: string;
  readonly role: Role;
  readonly precision: string;
  readonly bytes: number;
  readonly sha256: string;
  /** dB relative to the float32 file; null for that file itself, or if not measured. */
  readonly psnr: number | null;
  /** For one image, on the machine that exported it. */
  readonly latencyMs: number | null;
}

export interface ModelDescription {
  readonly attributes: readonly string[];
  readonly conflicts: Readonly<Record<string, readonly string[]>>;
  /** The domains it translates between; empty for models that edit attributes. */
  readonly domains: readonly string[];
  readonly labelMode: (typeof LABEL_MODES)[number];
  readonly needsSource: boolean;
  readonly imageSize: number;
  /** null if the model sees whole images. */
  readonly crop: GivenCrop | null;
  /** Size of the training images, which may be its frame at another scale; null if unknown. */
  readonly trainingFrame: Size | null;
  /** How non-square pictures are made square. */
  readonly resize: Resize;
  /** Whether it takes whole pictures rather than framed faces. */
  readonly seesWholePictures: boolean;
  readonly trainedIntensity: number;
  readonly largestIntensity: number;
  readonly files: readonly ModelFile[];
  /** The classifier's accuracy in [0, 1]; null if unknown or if there is no classifier. */
  readonly classifierAccuracy: number | null;
  readonly provenance: Readonly<Record<string, unknown>>;
}

function wrong(detail: string): Problem {
  return new Problem(texts.descriptionWrong, detail, texts.descriptionRemedy);
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function number(fields: Fields, name: string, valid: (value: number) => boolean): number {
  const value = fields[name];
  if (typeof value !== 'number' || !valid(value)) {
    throw wrong(`"${name}" has an invalid value. Received: ${JSON.stringify(value)}.`);
  }
  return value;
}

function names(value: unknown, name: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw wrong(`"${name}" must be a list of names. Received: ${JSON.stringify(value)}.`);
  }
  return value as string[];
}

function optionalNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** [height, width] in pixels, or null. */
function size(fields: Fields, name: string): Size | null {
  const value = fields[name] ?? null;
  if (value === null) return null;
  const [height, width] = (Array.isArray(value) ? value : []) as number[];
  const whole = [height, width].every((side) => Number.isInteger(side) && side! > 0);
  if (!whole || (value as unknown[]).length !== 2) {
    throw wrong(`"${name}" must be [height, width] in pixels. Received: ${JSON.stringify(value)}.`);
  }
  return { height: height!, width: width! };
}

function givenCrop(value: unknown, frame: Size | null): GivenCrop | null {
  if (value === null) return null;
  const size = frame ?? CELEBA_FRAME;
  const numbers = Array.isArray(value) ? value : [];
  const [top, left, height, width] = numbers as number[];
  const box = { top, left, height, width } as CropBox;
  const whole = numbers.length === 4 && numbers.every((item) => Number.isInteger(item));
  const inside =
    whole &&
    box.top >= 0 &&
    box.left >= 0 &&
    box.height > 0 &&
    box.width > 0 &&
    box.top + box.height <= size.height &&
    box.left + box.width <= size.width;
  if (!inside) {
    throw wrong(
      `"crop_box" must be [top, left, height, width] inside ${size.width}x${size.height} pixels. ` +
        `Received: ${JSON.stringify(value)}.`,
    );
  }
  return { box, size };
}

function file(value: unknown): ModelFile {
  if (!isFields(value)) throw wrong(`A file must be an object. Received: ${JSON.stringify(value)}.`);
  const { name, role, precision, sha256 } = value;
  // Only plain file names, so nothing outside the folder is ever requested.
  if (typeof name !== 'string' || !/^[\w][\w.-]*$/.test(name)) {
    throw wrong(`A file's "name" must be a plain file name. Received: ${JSON.stringify(name)}.`);
  }
  if (!ROLES.includes(role as Role) || typeof precision !== 'string') {
    throw wrong(
      `${name} needs a "role" (${ROLES.join(' or ')}) and a "precision". ` +
        `Received: ${JSON.stringify(role)}, ${JSON.stringify(precision)}.`,
    );
  }
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw wrong(`${name} needs a "sha256" of 64 hexadecimal digits.`);
  }
  return {
    name,
    role: role as Role,
    precision,
    bytes: number(value, 'bytes', (bytes) => Number.isInteger(bytes) && bytes > 0),
    sha256,
    psnr: optionalNumber(value['psnr']),
    latencyMs: optionalNumber(value['latency_ms']),
  };
}

/** Parses the description in `text`; throws a Problem that says what is missing or invalid. */
export function parseDescription(text: string): ModelDescription {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw wrong(`It is not JSON: ${(error as Error).message}.`);
  }
  if (!isFields(data) || data['format'] !== FORMAT) {
    throw wrong(`It has no "format": "${FORMAT}", so it was not written by stgan_tf.export.`);
  }
  if (!FORMAT_VERSIONS.includes(data['format_version'])) {
    throw wrong(
      `Its format_version must be ${FORMAT_VERSIONS.join(' or ')}. ` +
        `Received: ${JSON.stringify(data['format_version'])}.`,
    );
  }
  const attributes = names(data['attributes'], 'attributes');
  if (attributes.length === 0 || new Set(attributes).size !== attributes.length) {
    throw wrong(`"attributes" must be distinct names. Received: ${JSON.stringify(attributes)}.`);
  }
  const labelMode = LABEL_MODES.find((mode) => mode === data['label_mode']);
  if (!labelMode) {
    throw wrong(`"label_mode" is not supported. Received: ${JSON.stringify(data['label_mode'])}.`);
  }
  if (!Array.isArray(data['files'])) throw wrong('It has no list of "files".');
  const files = data['files'].map(file);
  if (!files.some((candidate) => candidate.role === 'edit')) {
    throw wrong('Its "files" include no LiteRT file with the role "edit".');
  }
  const conflicts: Record<string, string[]> = {};
  for (const [name, others] of Object.entries(isFields(data['conflicts']) ? data['conflicts'] : {})) {
    conflicts[name] = names(others, `conflicts of ${name}`);
  }
  const domains = names(data['domains'] ?? [], 'domains');
  if (new Set(domains).size !== domains.length) {
    throw wrong(`"domains" must be distinct names. Received: ${JSON.stringify(domains)}.`);
  }
  if (domains.length > 0 && !attributes.every((name) => domains.includes(name))) {
    throw wrong(
      `"attributes" must be some of the "domains". Received: ${JSON.stringify(attributes)} and ` +
        `${JSON.stringify(domains)}.`,
    );
  }
  const resize = RESIZES.find((rule) => rule === (data['resize'] ?? ''));
  if (resize === undefined) {
    throw wrong(
      `"resize" must be ${RESIZES.filter(Boolean).join(', ')} or empty. ` +
        `Received: ${JSON.stringify(data['resize'])}.`,
    );
  }
  const crop = givenCrop(data['crop_box'] ?? null, size(data, 'frame'));
  const intensity = isFields(data['intensity']) ? data['intensity'] : {};
  const trained = optionalNumber(intensity['trained']) ?? 1;
  return {
    attributes,
    conflicts,
    domains,
    labelMode,
    needsSource: labelMode !== 'difference',
    imageSize: number(data, 'image_size', (size) => Number.isInteger(size) && size > 0),
    crop,
    trainingFrame: size(data, 'training_frame'),
    resize,
    seesWholePictures: crop === null && (domains.length > 0 || resize !== ''),
    trainedIntensity: trained,
    largestIntensity: Math.max(trained, optionalNumber(intensity['paper']) ?? 1.5),
    files,
    classifierAccuracy: isFields(data['classifier'])
      ? optionalNumber(data['classifier']['validation_mean_accuracy'])
      : null,
    provenance: isFields(data['provenance']) ? data['provenance'] : {},
  };
}

export function filesOf(description: ModelDescription, role: Role): readonly ModelFile[] {
  return description.files.filter((candidate) => candidate.role === role);
}
