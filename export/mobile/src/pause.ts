/** Lets the page respond to taps and sliders during a long computation. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
