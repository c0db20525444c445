/** Labels for precisions and sizes, and the file to start with. */
import type { ModelFile } from './description';
import { texts } from '../texts/texts';

const LABELS: Readonly<Record<string, string>> = {
  float32: texts.float32,
  float16: texts.float16,
  dynamic_int8: texts.dynamicInt8,
  int8: texts.int8,
};

/** PSNR relative to float32, in dB, below which 8-bit pictures begin to look different. */
const GOOD_PSNR = 40;

export const precisionLabel = (precision: string): string => LABELS[precision] ?? precision;

export function sizeLabel(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes >= 0.95
    ? `${megabytes >= 10 ? Math.round(megabytes) : megabytes.toFixed(1)} MB`
    : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

/** The smallest file measured to be as good as float32, otherwise the float32 file itself. */
export function defaultFile(files: readonly ModelFile[]): ModelFile {
  const [first] = files;
  if (!first) throw new RangeError('No files to choose from.');
  const good = files.filter((file) => file.psnr !== null && file.psnr >= GOOD_PSNR);
  const [smallest] = [...good].sort((a, b) => a.bytes - b.bytes);
  return smallest ?? files.find((file) => file.precision === 'float32') ?? first;
}
