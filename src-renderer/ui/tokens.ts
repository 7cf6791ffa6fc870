/**
 * Every colour of the product, by meaning. Light and dark are designed apart; tokens.test.ts holds the contrast of each text on its ground.
 * In CSS: `var(--cs-textMuted)` and so on.
 */
export interface Tokens {
  /** The window's ground. */
  readonly ground: string
  /** Panels and tables. */
  readonly surface: string
  /** Menus and dialogs. */
  readonly raised: string
  /** Table heads, read-only fields, tracks. */
  readonly sunken: string
  readonly hover: string
  readonly border: string
  /** Edges of what can be typed in. */
  readonly borderStrong: string
  /** Edges of buttons, which their words show anyway. */
  readonly borderButton: string
  readonly text: string
  readonly textMuted: string
  /** The quietest that may carry words. */
  readonly textFaint: string
  /** Filled buttons; carries onAccent. */
  readonly accent: string
  readonly accentHover: string
  readonly onAccent: string
  /** Links and selected words. */
  readonly accentText: string
  /** Ground of what is selected. */
  readonly accentSoft: string
  /** States: `…Solid` for dots and bars, `…Soft` for a badge's ground, `…Text` for words on it or on a surface. */
  readonly okSolid: string
  readonly okSoft: string
  readonly okText: string
  readonly waitSolid: string
  readonly waitSoft: string
  readonly waitText: string
  readonly alarmSolid: string
  readonly alarmSoft: string
  readonly alarmText: string
  /** On `waitSolid` and `alarmSolid`, where a state has to be seen from afar. */
  readonly onWait: string
  readonly onAlarm: string
  readonly offSolid: string
  readonly offSoft: string
  readonly offText: string
  /** The navigation rail, dark in both schemes. */
  readonly rail: string
  readonly railText: string
  readonly railHover: string
  readonly railActive: string
  readonly railActiveText: string
}

export const light: Tokens = {
  ground: '#f4f5fa',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#f0f1f7',
  hover: '#f5f6fb',
  border: '#dfe2ec',
  borderStrong: '#8b92aa',
  borderButton: '#c3c8d8',
  text: '#1a1e2e',
  textMuted: '#4f566e',
  textFaint: '#646b84',
  accent: '#3d4fc4',
  accentHover: '#3343aa',
  onAccent: '#ffffff',
  accentText: '#3646b6',
  accentSoft: '#e9ecfb',
  okSolid: '#1f9a5f',
  okSoft: '#e1f4ea',
  okText: '#136a40',
  waitSolid: '#d98e0b',
  waitSoft: '#fdf0d5',
  waitText: '#805000',
  alarmSolid: '#d13a32',
  alarmSoft: '#fde7e5',
  alarmText: '#ac231b',
  onWait: '#1a1e2e',
  onAlarm: '#ffffff',
  offSolid: '#878ea5',
  offSoft: '#eceef4',
  offText: '#565d75',
  rail: '#1d2236',
  railText: '#b4bad0',
  railHover: '#293049',
  railActive: '#39436a',
  railActiveText: '#ffffff',
}

export const dark: Tokens = {
  ground: '#10121a',
  surface: '#181b26',
  raised: '#1f2330',
  sunken: '#13161f',
  hover: '#1f2331',
  border: '#2a2f40',
  borderStrong: '#656d88',
  borderButton: '#3c4359',
  text: '#e5e7f0',
  textMuted: '#a9afc3',
  textFaint: '#8b92a9',
  accent: '#5264d8',
  accentHover: '#6173e4',
  onAccent: '#ffffff',
  accentText: '#9ba8f6',
  accentSoft: '#262d52',
  okSolid: '#35b977',
  okSoft: '#15322a',
  okText: '#6bd6a0',
  waitSolid: '#e8a33a',
  waitSoft: '#3a2d15',
  waitText: '#f0be6a',
  alarmSolid: '#ea5b52',
  alarmSoft: '#421f22',
  alarmText: '#fb9a92',
  onWait: '#10121a',
  onAlarm: '#10121a',
  offSolid: '#6a7189',
  offSoft: '#262a38',
  offText: '#a3a9bd',
  rail: '#0c0e15',
  railText: '#979eb5',
  railHover: '#191d2a',
  railActive: '#2a3157',
  railActiveText: '#ffffff',
}

/** Text tokens and the grounds they may stand on. */
export const textOnGround: readonly (readonly [text: keyof Tokens, grounds: readonly (keyof Tokens)[]])[] = [
  ['text', ['ground', 'surface', 'raised', 'sunken', 'hover', 'accentSoft']],
  ['textMuted', ['ground', 'surface', 'raised', 'sunken', 'hover', 'accentSoft']],
  ['textFaint', ['ground', 'surface', 'raised', 'sunken', 'hover']],
  ['accentText', ['ground', 'surface', 'raised', 'sunken', 'hover', 'accentSoft']],
  ['onAccent', ['accent']],
  ['okText', ['surface', 'ground', 'raised', 'hover', 'okSoft']],
  ['waitText', ['surface', 'ground', 'raised', 'hover', 'waitSoft']],
  ['alarmText', ['surface', 'ground', 'raised', 'hover', 'alarmSoft']],
  ['onWait', ['waitSolid']],
  ['onAlarm', ['alarmSolid']],
  ['offText', ['surface', 'ground', 'raised', 'hover', 'offSoft']],
  ['railText', ['rail', 'railHover']],
  ['railActiveText', ['railActive']],
]

/** Marks that carry meaning without words beside their own colour: 3 : 1 is asked of them. */
export const marksOnGround: readonly (readonly [mark: keyof Tokens, grounds: readonly (keyof Tokens)[]])[] = [
  ['borderStrong', ['surface', 'raised']],
  ['okSolid', ['surface']],
  ['alarmSolid', ['surface']],
  ['offSolid', ['surface']],
]
