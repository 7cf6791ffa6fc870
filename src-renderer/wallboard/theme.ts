import type { WallboardTheme } from '../../server/contract/wallboard-view.ts'
import { dark, light, type Tokens } from '../ui/tokens.ts'

const tokensOf: Readonly<Record<WallboardTheme, Tokens>> = { light, dark }

/** The theme as CSS variables of the page. */
export function putOnTheme(theme: WallboardTheme): void {
  const { style } = document.documentElement
  for (const [name, value] of Object.entries(tokensOf[theme])) style.setProperty(`--cs-${name}`, value)
  style.colorScheme = theme
  style.background = tokensOf[theme].ground
}
