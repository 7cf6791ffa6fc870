import { IconChevronRight, IconMessage2Question } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import classes from './ScriptPanel.module.css'
import { firstLine, parseScript, type ScriptSpan } from './script-text.ts'
import { words } from './words.ts'

const storageKey = 'callsync.script-open'
const wasOpen = (): boolean => {
  try {
    return localStorage.getItem(storageKey) !== 'no'
  } catch {
    return true
  }
}

/** What to say and ask, above the form: it follows the category. Closed it is one line, and stays as it was left. */
export function ScriptPanel({ script }: { script: string }) {
  const t = useWords(words)
  const [open, setOpen] = useState(wasOpen)
  if (script.trim() === '') return null
  const toggle = () => {
    setOpen(!open)
    try {
      localStorage.setItem(storageKey, open ? 'no' : 'yes')
    } catch {
      // Storage is closed to us: the choice lasts as long as the page.
    }
  }
  return (
    <section className={classes.script} aria-label={t.script} data-testid="card-script">
      <button type="button" className={classes.scriptHead} aria-expanded={open} onClick={toggle}>
        <IconMessage2Question size={16} stroke={1.5} aria-hidden />
        <span className={classes.scriptTitle}>{t.script}</span>
        {!open && <span className={classes.scriptLine}>{firstLine(script)}</span>}
        <IconChevronRight className={classes.scriptChevron} size={14} stroke={1.5} aria-hidden />
      </button>
      {open && <ScriptText script={script} />}
    </section>
  )
}

export function ScriptText({ script }: { script: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls is read by keyboard too
    <div className={classes.scriptText} tabIndex={0}>
      {parseScript(script).map((block, at) => {
        // biome-ignore-start lint/suspicious/noArrayIndexKey: lines of a text have no other name
        if (block.kind === 'list')
          return (
            <ul key={at}>
              {block.items.map((item, index) => (
                <li key={index}>
                  <Spans spans={item} />
                </li>
              ))}
            </ul>
          )
        const Tag = block.kind === 'heading' ? 'h4' : block.kind === 'say' ? 'blockquote' : 'p'
        return (
          <Tag key={at}>
            <Spans spans={block.spans} />
          </Tag>
        )
        // biome-ignore-end lint/suspicious/noArrayIndexKey: end
      })}
    </div>
  )
}

function Spans({ spans }: { spans: readonly ScriptSpan[] }) {
  return spans.map((span, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line have no other name
    span.bold ? <strong key={at}>{span.text}</strong> : <span key={at}>{span.text}</span>,
  )
}
