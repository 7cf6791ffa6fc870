import { Textarea } from '@mantine/core'
import type { Script } from '../../../server/contract/index.ts'
import { useWords } from '../../app/i18n.ts'
import classes from './card-setup.module.css'
import { words } from './words.ts'

/** Guidance in both languages. */
export function ScriptFields(props: { script: Script; hint?: string; onChange: (script: Script) => void }) {
  const { script, hint, onChange } = props
  const t = useWords(words)
  const field = { autosize: true, minRows: 2, maxRows: 8, maxLength: 4_000 }
  return (
    <div>
      <div className={classes.label}>{t.script}</div>
      <div className={classes.note}>{hint === undefined ? t.scriptHint : `${hint}. ${t.scriptHint}`}</div>
      <div className={classes.two}>
        <Textarea
          {...field}
          label={t.russian}
          value={script.ru}
          onChange={(event) => onChange({ ...script, ru: event.currentTarget.value })}
          data-testid="setup-script-ru"
        />
        <Textarea
          {...field}
          label={t.english}
          value={script.en}
          onChange={(event) => onChange({ ...script, en: event.currentTarget.value })}
        />
      </div>
    </div>
  )
}
