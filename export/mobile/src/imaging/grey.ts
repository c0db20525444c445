/** Weights of red, green and blue in greyscale (ITU-R 601). */
export const GREY_WEIGHTS = [0.299, 0.587, 0.114] as const;
