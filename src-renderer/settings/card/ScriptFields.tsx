import type { Script } from '../../../server/contract/index.ts'
import { useWords } from '../../app/i18n.ts'
import { NoteField } from '../../card/NoteField.tsx'
import classes from './card-setup.module.css'
import { words } from './words.ts'

/** What the server takes. */
const longestScript = 4_000

/** Guidance in both languages. */
export function ScriptFields(props: { script: Script; hint?: string; onChange: (script: Script) => void }) {
  const { script, hint, onChange } = props
  const t = useWords(words)
  const field = { lines: [2, 8], limit: longestScript } as const
  return (
    <div>
      <div className={classes.label}>{t.script}</div>
      <div className={classes.note}>{hint === undefined ? t.scriptHint : `${hint}. ${t.scriptHint}`}</div>
      <div className={classes.two}>
        <NoteField
          {...field}
          label={t.russian}
          value={script.ru}
          onChange={(ru) => onChange({ ...script, ru })}
          testId="setup-script-ru"
        />
        <NoteField
          {...field}
          label={t.english}
          value={script.en}
          onChange={(en) => onChange({ ...script, en })}
          testId="setup-script-en"
        />
      </div>
    </div>
  )
}
