import {
  type ActionIconProps,
  type ButtonProps,
  type CSSVariablesResolver,
  createTheme,
  type LoaderProps,
  type MantineColorsTuple,
  type MantineThemeOverride,
  type MenuProps,
  type ModalProps,
  type NumberInputProps,
  type PaperProps,
  type PasswordInputProps,
  type SegmentedControlProps,
  type SelectProps,
  type SwitchProps,
  type TableProps,
  type TextareaProps,
  type TextInputProps,
  type TooltipProps,
} from '@mantine/core'
import { dark, light, type Tokens } from './tokens.ts'

const accent: MantineColorsTuple = [
  '#eef0fd',
  '#dce0f8',
  '#b7bff0',
  '#909ce9',
  '#6f7ee2',
  '#5264d8',
  '#3d4fc4',
  '#3343aa',
  '#2a388f',
  '#1f2a70',
]
/** Neutral greys with a hint of the accent. Mantine reads its `dark` scale by index, from text to ground. */
const grey: MantineColorsTuple = [
  '#f4f5fa',
  '#eceef4',
  '#dfe2ec',
  '#c9cddb',
  '#a9afc3',
  '#8f96ac',
  '#646b84',
  '#4f566e',
  '#30364a',
  '#1a1e2e',
]
const darkScale: MantineColorsTuple = [
  dark.text,
  dark.textMuted,
  dark.textFaint,
  '#4a5168',
  dark.border,
  dark.hover,
  dark.surface,
  dark.ground,
  '#0c0e15',
  '#07080c',
]

const inputs = { size: 'sm' } as const

/** Of a component by its name: the component itself (`Select.extend`) would bring its code to pages that have none of it. */
const defaults = <P>(defaultProps: Partial<P>) => ({ defaultProps })

const theme = createTheme({
  colors: { accent, gray: grey, dark: darkScale },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  fontFamily: '"Inter Variable", system-ui, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "JetBrains Mono", Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '18px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px', lineHeight: '28px' }, h2: { fontSize: '16px', lineHeight: '24px' } },
  },
  shadows: { xs: 'none', sm: 'none', md: '0 6px 20px rgb(10 14 30 / 14%)', lg: '0 10px 32px rgb(10 14 30 / 18%)' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    ActionIcon: defaults<ActionIconProps>({ variant: 'subtle', color: 'gray' }),
    Button: defaults<ButtonProps>({ size: 'sm' }),
    Loader: defaults<LoaderProps>({ size: 'sm' }),
    Menu: defaults<MenuProps>({ shadow: 'md', transitionProps: { duration: 100 } }),
    Modal: defaults<ModalProps>({ transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.45 }, padding: 'lg' }),
    NumberInput: defaults<NumberInputProps>(inputs),
    Paper: defaults<PaperProps>({ withBorder: true, shadow: 'none' }),
    PasswordInput: defaults<PasswordInputProps>(inputs),
    SegmentedControl: defaults<SegmentedControlProps>({ size: 'sm', transitionDuration: 100, withItemsBorders: false }),
    Select: defaults<SelectProps>({ ...inputs, checkIconPosition: 'right', comboboxProps: { shadow: 'md' } }),
    Switch: defaults<SwitchProps>({ size: 'sm' }),
    Table: defaults<TableProps>({ fz: 'sm', verticalSpacing: 6, horizontalSpacing: 12 }),
    Textarea: defaults<TextareaProps>(inputs),
    TextInput: defaults<TextInputProps>(inputs),
    Tooltip: defaults<TooltipProps>({ openDelay: 350, transitionProps: { duration: 100 }, fz: 'xs' }),
  },
})

/** `close`: what the cross of dialogs and notices is called, which has no words on it. */
export const themeIn = ({ close }: { close: string }): MantineThemeOverride => ({
  ...theme,
  components: { ...theme.components, CloseButton: defaults<{ 'aria-label': string }>({ 'aria-label': close }) },
})

function variables(tokens: Tokens): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(tokens).map(([name, value]) => [`--cs-${name}`, value])),
    '--mantine-color-body': tokens.ground,
    '--mantine-color-text': tokens.text,
    '--mantine-color-dimmed': tokens.textMuted,
    '--mantine-color-placeholder': tokens.textFaint,
    '--mantine-color-anchor': tokens.accentText,
    '--mantine-color-default': tokens.surface,
    '--mantine-color-default-hover': tokens.hover,
    '--mantine-color-default-color': tokens.text,
    '--mantine-color-default-border': tokens.borderButton,
    '--mantine-color-error': tokens.alarmText,
    '--mantine-color-disabled': tokens.sunken,
    '--mantine-color-disabled-color': tokens.textFaint,
    '--mantine-color-disabled-border': tokens.border,
    '--mantine-primary-color-filled': tokens.accent,
    '--mantine-primary-color-filled-hover': tokens.accentHover,
    '--mantine-primary-color-light': tokens.accentSoft,
    '--mantine-primary-color-light-color': tokens.accentText,
    '--mantine-color-red-light': tokens.alarmSoft,
    '--mantine-color-red-light-color': tokens.alarmText,
    '--mantine-color-green-light': tokens.okSoft,
    '--mantine-color-green-light-color': tokens.okText,
    '--mantine-color-yellow-light': tokens.waitSoft,
    '--mantine-color-yellow-light-color': tokens.waitText,
    '--mantine-color-gray-light': tokens.offSoft,
    '--mantine-color-gray-light-color': tokens.offText,
    '--mantine-color-accent-filled': tokens.accent,
    '--mantine-color-accent-filled-hover': tokens.accentHover,
    '--mantine-color-accent-light': tokens.accentSoft,
    '--mantine-color-accent-light-color': tokens.accentText,
  }
}

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: variables(light), dark: variables(dark) })
