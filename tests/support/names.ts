import { expect, type Page } from '@playwright/test'

declare const document: { activeElement: { blur(): void } | null }

const roles = ['button', 'link', 'textbox', 'combobox', 'slider', 'switch', 'checkbox', 'menuitem', 'progressbar'] as const

/** Whoever hears the screen instead of seeing it hears a name for everything on it. */
export async function expectNamed(page: Page, where: string): Promise<void> {
  for (const role of roles) await expect(page.getByRole(role, { name: /^$/ }), `${role} without a name: ${where}`).toHaveCount(0)
}

/** Everything in the call bar has a key, and the sheet of keys shows it. */
export async function expectKeys(page: Page, where: string): Promise<void> {
  const buttons = page.getByTestId('call-bar').getByRole('button')
  await expect(buttons.first()).toBeVisible()
  await expect(page.locator('[data-testid=call-bar] button:not([aria-keyshortcuts])'), `without a key: ${where}`).toHaveCount(0)
  const keys = await buttons.evaluateAll((all: { getAttribute(name: string): string | null }[]) =>
    all.map((one) => one.getAttribute('aria-keyshortcuts') ?? ''),
  )
  // In a field the sign would be typed.
  await page.evaluate(() => document.activeElement?.blur())
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Клавиши' })
  await expect(sheet).toBeVisible()
  for (const key of new Set(keys)) {
    const [main = '', ...others] = key.split('+').toReversed()
    const shown = new RegExp(`${others.toReversed().join('')}${main}$`)
    await expect(sheet.getByText(shown).first(), `${key} on the sheet: ${where}`).toBeVisible()
  }
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
}
