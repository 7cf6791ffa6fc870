import classes from './PageHeader.module.css'

/** The screen's name, what it is about in a few words, and its actions on the right. */
export function PageHeader({ title, note, children }: { title: string; note?: React.ReactNode; children?: React.ReactNode }) {
  return (
    <header className={classes.header}>
      <h1 className={classes.title}>{title}</h1>
      {note !== undefined && <div className={classes.note}>{note}</div>}
      <div className={classes.actions}>{children}</div>
    </header>
  )
}
