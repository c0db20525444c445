/** What the settings say about the model in use. */
import { filesOf, type ModelDescription, type ModelFile } from '../model/description';
import { needsDomain } from '../model/domains';
import { precisionLabel, sizeLabel } from '../model/precision';
import type { OfflineState } from '../offline/registration';
import type { Accelerator, Loaded } from '../runtime/protocol';

export const ACCELERATOR_NAMES: Readonly<Record<Accelerator, string>> = {
  wasm: 'WebAssembly',
  webgpu: 'WebGPU',
};

const OFFLINE: Readonly<Record<OfflineState, string>> = {
  ready: 'Yes, this page and this model',
  'needs-https': 'No: needs https or localhost',
  unavailable: 'No: not supported by this browser',
};

export interface InUse {
  readonly model: ModelDescription;
  readonly file: ModelFile;
  readonly loaded: Loaded & { readonly verified: boolean };
  readonly milliseconds: number | null;
  readonly offline: OfflineState;
}

function classifierOf(model: ModelDescription): string {
  if (filesOf(model, 'classify').length === 0) return 'No: exported without a classifier';
  const accuracy = model.classifierAccuracy;
  return accuracy === null ? 'Yes' : `Yes, ${(100 * accuracy).toFixed(1)} % accurate`;
}

/** Names and values. */
export function factsOf(use: InUse): [string, string][] {
  const { model, file, loaded, milliseconds } = use;
  const facts: [string, string][] = [
    ['Running on', ACCELERATOR_NAMES[loaded.accelerator]],
    ['Last edit', milliseconds === null ? 'none yet' : `${milliseconds.toFixed(1)} ms`],
    ['File', `${precisionLabel(file.precision)}, ${sizeLabel(file.bytes)}`],
    [
      'SHA-256',
      loaded.verified ? `checked, ${file.sha256.slice(0, 8)}…` : 'not checked: needs https or localhost',
    ],
    ['Picture', `${model.imageSize} × ${model.imageSize} pixels`],
    ['Works offline', OFFLINE[use.offline]],
  ];
  if (model.domains.length === 0) facts.splice(4, 0, ['Detects attributes', classifierOf(model)]);
  // With two domains, a picture's domain is the one that is not the target.
  else if (needsDomain(model)) facts.splice(4, 0, ['Detects the domain', classifierOf(model)]);
  if (loaded.note) facts.splice(1, 0, ['Why', loaded.note]);
  const { run_dir: run, step, written } = model.provenance;
  // The name only: the folders above it are the exporting machine's.
  if (typeof run === 'string') facts.push(['Run', run.split(/[\\/]/).filter(Boolean).at(-1) ?? run]);
  if (typeof step === 'number') facts.push(['Iteration', step.toLocaleString('en')]);
  if (typeof written === 'string') facts.push(['Exported', written.slice(0, 10)]);
  return facts;
}
