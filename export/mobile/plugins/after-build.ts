/** Build steps that work on the finished page. */
import { join } from 'node:path';

import type { Plugin } from 'vite';

export interface Places {
  /** Where vite.config.ts is. */
  readonly root: string;
  /** The built page. */
  readonly folder: string;
}

/**
 * A plugin. `prepare` runs before anything is written: what fails there leaves the last page as it was.
 * `finish` gets what it returned, and runs when the page is written.
 */
export function afterBuild<T>(
  name: string,
  prepare: (root: string) => T,
  finish: (places: Places, prepared: T) => void,
): Plugin {
  let places: Places;
  let prepared: T;
  return {
    name,
    apply: 'build',
    configResolved({ root, build }) {
      places = { root, folder: join(root, build.outDir) };
    },
    buildStart() {
      prepared = prepare(places.root);
    },
    // Unlike closeBundle, only after a build that succeeded.
    writeBundle() {
      finish(places, prepared);
    },
  };
}
