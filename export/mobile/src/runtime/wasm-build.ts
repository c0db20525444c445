/** Which of LiteRT.js' WebAssembly files this browser runs. */

/** The check by which LiteRT.js 2.5.3 chooses its WebAssembly file (its WASM_RELAXED_SIMD_CHECK). */
const MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3,
  2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
  253, 128, 2, 11,
]);

const hasRelaxedSimd = (): boolean => WebAssembly.validate(MODULE);

/** Threads need shared memory, which browsers give only to isolated pages, and relaxed SIMD. */
export const hasThreads = (): boolean => globalThis.crossOriginIsolated === true && hasRelaxedSimd();

export const THREADED_BUILD = 'litert_wasm_threaded_internal';

/** Without its suffix; LiteRT.js chooses in the same way. */
export function wasmBuild(): string {
  if (hasThreads()) return THREADED_BUILD;
  return hasRelaxedSimd() ? 'litert_wasm_internal' : 'litert_wasm_compat_internal';
}
