/** Where a picture comes from, and how its edits are saved. */
import { openFile, type OpenPicture } from './imaging/open-picture';
import type { FileFormat } from './imaging/written-picture';

export interface PictureSource {
  /** Decodes it, again for saving, so that a large photo's pixels are not kept in memory. */
  readonly open: () => Promise<OpenPicture>;
  /** Name of saved files, without suffix. */
  readonly stem: string;
  /** Usual type of saved files. */
  readonly type: FileFormat['type'];
}

export function fileSource(file: Blob, name: string): PictureSource {
  return {
    open: () => openFile(file, name),
    stem: `edited-${name.replace(/\.[^.]*$/, '')}`,
    type: file.type === 'image/png' ? 'image/png' : 'image/jpeg',
  };
}

/** The picture is open during the action. */
export async function withPicture(
  source: Pick<PictureSource, 'open'>,
  action: (picture: OpenPicture) => void | Promise<void>,
): Promise<void> {
  const picture = await source.open();
  try {
    await action(picture);
  } finally {
    picture.close();
  }
}
