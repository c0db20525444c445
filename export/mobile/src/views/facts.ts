/** What the settings say about the model in use. */
import { filesOf, type ModelDescription, type ModelFile } from '../model/description';
import { needsDomain } from '../model/domains';
import { precisionLabel, sizeLabel } from '../model/precision';
import type { OfflineState } from '../offline/registration';
import type { Accelerator, Loaded, Note } from '../runtime/protocol';
import { texts } from '../texts/texts';

export const ACCELERATOR_NAMES: Readonly<Record<Accelerator, string>> = {
  wasm: 'WebAssembly',
  webgpu: 'WebGPU',
};

const OFFLINE: Readonly<Record<OfflineState, string>> = {
  ready: texts.offlineReady,
  'needs-https': texts.offlineInsecure,
  unavailable: texts.offlineUnavailable,
};

export interface InUse {
  readonly model: ModelDescription;
  readonly file: ModelFile;
  readonly loaded: Loaded & { readonly verified: boolean };
  readonly milliseconds: number | null;
  readonly offline: OfflineState;
}

/** Why WebGPU is not used. */
export function noteText({ text, detail }: Note): string {
  const found = texts[text];
  return typeof found === 'string' ? found : found(detail);
}

function runningOn({ accelerator, threads }: Loaded): string {
  const name = ACCELERATOR_NAMES[accelerator];
  return threads > 1 ? texts.onThreads(name, threads) : name;
}

function classifierOf(model: ModelDescription): string {
  if (filesOf(model, 'classify').length === 0) return texts.noClassifier;
  const accuracy = model.classifierAccuracy;
  return accuracy === null
    ? texts.hasClassifier
    : texts.classifierAccuracy((100 * accuracy).toFixed(1));
}

/** Names and values. */
export function factsOf(use: InUse): [string, string][] {
  const { model, file, loaded, milliseconds } = use;
  const facts: [string, string][] = [
    [texts.runningOn, runningOn(loaded)],
    [texts.lastEdit, milliseconds === null ? texts.noneYet : `${milliseconds.toFixed(1)} ms`],
    [texts.file, `${precisionLabel(file.precision)}, ${sizeLabel(file.bytes)}`],
    [
      'SHA-256',
      loaded.verified ? texts.checked(file.sha256.slice(0, 8)) : texts.notChecked,
    ],
    [texts.picture, texts.pictureSize(model.imageSize)],
    [texts.worksOffline, OFFLINE[use.offline]],
  ];
  if (model.domains.length === 0) facts.splice(4, 0, [texts.detectsAttributes, classifierOf(model)]);
  // With two domains, a picture's domain is the one that is not the target.
  else if (needsDomain(model)) facts.splice(4, 0, [texts.detectsDomain, classifierOf(model)]);
  if (loaded.note) facts.splice(1, 0, [texts.why, noteText(loaded.note)]);
  const { run_dir: run, step, written } = model.provenance;
  // The name only: the folders above it are the exporting machine's.
  if (typeof run === 'string') facts.push([texts.run, run.split(/[\\/]/).filter(Boolean).at(-1) ?? run]);
  if (typeof step === 'number') facts.push([texts.iteration, step.toLocaleString('en')]);
  if (typeof written === 'string') facts.push([texts.exported, written.slice(0, 10)]);
  return facts;
}
