import type { SpyMode } from '../../server/contract/index.ts'

/** Of who listens: how, and the call taken over. */
export const spyKeys = { listen: 'Alt+L', whisper: 'Alt+W', barge: 'Alt+B', takeOver: 'Alt+T' } as const satisfies Record<
  SpyMode | 'takeOver',
  string
>
