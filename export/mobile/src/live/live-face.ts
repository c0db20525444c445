/** The edit of a face in one frame of the camera. */
import type { Landmarks } from '../detection/blazeface';
import { placedFace } from '../detection/placing';
import { alignmentOf, modelInput } from '../imaging/aligning';
import { FaceChangeAdder, faceChangeOf } from '../imaging/face-change';
import type { Frame } from '../imaging/frame';
import { type RgbImage } from '../imaging/pixels';
import { rowsOf } from '../imaging/picture-rows';
import { IDENTITY } from '../imaging/similarity';
import type { ModelEdit } from '../subject';

/** What the model makes of an input: float32 (size, size, 3) in [-1, 1]. */
export type EditInput = (input: Float32Array<ArrayBuffer>) => Promise<ModelEdit>;

/** The frame with its face edited; unchanged if its position cannot be used. */
export async function editedFrame(
  image: RgbImage,
  landmarks: Landmarks,
  frame: Frame,
  side: number,
  edit: EditInput,
): Promise<RgbImage> {
  const toFrame = placedFace(landmarks, frame);
  if (!toFrame) return image;
  const rows = rowsOf(image);
  const { edited, unedited } = await edit(modelInput(rows, toFrame, frame, side));
  const change = faceChangeOf(alignmentOf(toFrame, frame, side), edited, unedited, true);
  return new FaceChangeAdder(change, image, IDENTITY).changed(image, 0);
}
