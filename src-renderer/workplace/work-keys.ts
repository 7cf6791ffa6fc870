/** Of the operator's own work, beside the keys of the call bar (`callKeys`) and of supervision (L, W, B, T). */
export const workKeys = {
  status: 'Alt+O',
  /** On pause; from it, available again. */
  pause: 'Alt+P',
  extend: 'Alt+M',
} as const
