import { expect } from '@playwright/test'
import { audible, type Heard, silence, type Voice } from './tones.ts'

/** An operator's page or a customer's end of the line. */
export interface Ear {
  hears(): Promise<Heard>
}

/** These voices are heard at that ear, and those are not. Others may come and go. */
export async function expectHears(ear: Ear, loud: readonly Voice[], quiet: readonly Voice[] = []): Promise<void> {
  await expect(async () => {
    const heard = await ear.hears()
    for (const voice of loud) expect(heard[voice], `${voice} is heard`).toBeGreaterThan(audible)
    for (const voice of quiet) expect(heard[voice], `${voice} is not heard`).toBeLessThan(silence)
  }).toPass({ timeout: 25_000 })
}
