import { UnstyledButton } from '@mantine/core'
import classes from './DialPad.module.css'

const rows = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const

/** Twelve keys. They leave the focus where it is: who has clicked one may type on, at the end. */
export function KeyGrid({ onKey }: { onKey: (key: string) => void }) {
  return (
    <div className={classes.grid}>
      {rows.map(([key, letters]) => (
        <UnstyledButton
          key={key}
          className={classes.key}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onKey(key)}
          tabIndex={-1}
          data-testid={`key-${key}`}
        >
          <span className={classes.digit}>{key}</span>
          <span className={classes.letters}>{letters}</span>
        </UnstyledButton>
      ))}
    </div>
  )
}
