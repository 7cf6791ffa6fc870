import { Link, useLocation } from 'wouter'
import { Mark } from '../ui/Mark.tsx'
import { useWords } from './i18n.ts'
import { later } from './later.tsx'
import classes from './Rail.module.css'
import type { Section } from './sections.ts'
import { UserMenu } from './UserMenu.tsx'
import { words } from './words.ts'

const MessagesButton = later(
  () => import('../supervision/MessagesButton.tsx'),
  (module) => module.MessagesButton,
  { unhurried: true },
)

/** The sections of the person, each one key away, and the person's own menu at the foot. */
export function Rail({ sections, onKeys }: { sections: readonly Section[]; onKeys: () => void }) {
  const t = useWords(words)
  const [path] = useLocation()
  return (
    <nav className={classes.rail} aria-label={t.navigation}>
      <div className={classes.mark} title={t.product}>
        <Mark size={32} />
      </div>
      {sections.map(({ id, path: to, icon: SectionIcon }, at) => {
        const active = path === to || path.startsWith(`${to}/`)
        return (
          <Link
            key={id}
            href={to}
            className={classes.link}
            aria-current={active ? 'page' : undefined}
            data-active={active || undefined}
            title={`${t.sections[id]} (Alt+${at + 1})`}
          >
            <SectionIcon size={20} stroke={1.5} aria-hidden />
            <span>{t.short[id]}</span>
          </Link>
        )
      })}
      <div className={classes.foot}>
        <MessagesButton />
        <UserMenu onKeys={onKeys} />
      </div>
    </nav>
  )
}
