import { z } from 'zod'

export const Role = z.enum(['operator', 'supervisor', 'administrator'])
export type Role = z.infer<typeof Role>
export const everyRole = Role.options
/** Roles that see other people's calls. */
export const overseers = ['supervisor', 'administrator'] as const satisfies readonly Role[]
