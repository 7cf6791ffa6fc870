import { ActionIcon, Tooltip } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import { Kbd } from '../../ui/index.ts'
import classes from './CallBar.module.css'

interface BarActionProps {
  icon: Icon
  label: string
  shortcut?: string
  onClick?: () => unknown
  testId: string
  pressed?: boolean
  danger?: boolean
  filled?: boolean
  disabled?: boolean
  /** Why it is disabled; instead of the label. */
  hint?: string | undefined
  /** What it opens is open: its name need not cover that. */
  opened?: boolean
}

/** One button of the call bar: an icon, its name and key on hover. */
export function BarAction(props: BarActionProps) {
  const { icon: Sign, label, shortcut, onClick, testId, pressed, danger, filled, disabled, hint, opened = false, ...rest } = props
  return (
    <Tooltip
      disabled={opened}
      multiline={hint !== undefined}
      maw={320}
      label={
        <span className={classes.tip}>
          {hint ?? label}
          {shortcut !== undefined && hint === undefined && <Kbd keys={shortcut} />}
        </span>
      }
    >
      <ActionIcon
        size={36}
        className={classes.action}
        data-pressed={pressed || undefined}
        data-danger={danger || undefined}
        data-filled={filled || undefined}
        aria-label={label}
        {...(shortcut === undefined ? {} : { 'aria-keyshortcuts': shortcut })}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        // A disabled button would not tell why.
        {...(hint === undefined ? { disabled: disabled ?? false } : { 'data-disabled': true, 'aria-disabled': true })}
        onClick={() => hint === undefined && void onClick?.()}
        data-testid={testId}
        {...rest}
      >
        <Sign size={18} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  )
}
