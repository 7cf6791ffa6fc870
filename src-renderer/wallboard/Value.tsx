import { nothing } from '../app/format.ts'
import { fitFigures } from './fit.ts'
import classes from './Wallboard.module.css'

/** A value as large as its place lets it be; what is not known is quieter than what is. */
export const Value = ({ text, width, size }: { text: string; width: number; size: number }) => (
  <span
    className={classes.value}
    style={{ '--size': fitFigures(text, width, size) }}
    data-unknown={text === nothing || undefined}
  >
    {text}
  </span>
)
