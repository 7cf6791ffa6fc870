import { z } from 'zod'

export const Language = z.enum(['ru', 'en'])
export type Language = z.infer<typeof Language>
