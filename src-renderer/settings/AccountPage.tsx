import { useWords } from '../app/i18n.ts'
import { LanguageSwitch, ThemeSwitch } from '../app/Preferences.tsx'
import { hasWorkplace } from '../app/sections.ts'
import { useUser } from '../app/session.ts'
import { words as appWords } from '../app/words.ts'
import { DesktopSettingsPanels } from '../desktop/DesktopSettingsPanels.tsx'
import { PhoneSettings } from '../softphone/ui/PhoneSettings.tsx'
import { AttentionPanel } from './AttentionPanel.tsx'
import classes from './Settings.module.css'
import { words } from './words.ts'

/** Everybody's own page: who I am, how it looks, how it sounds. */
export function AccountPage() {
  const t = useWords(words).account
  const roles = useWords(appWords).roles
  const user = useUser()
  return (
    <>
      <section className={classes.panel}>
        <h2 className={classes.panelTitle}>{t.person}</h2>
        <p className={classes.note}>{t.personNote}</p>
        <dl className={classes.facts}>
          <dt>{t.name}</dt>
          <dd>{user.name}</dd>
          <dt>{t.email}</dt>
          <dd>{user.email}</dd>
          <dt>{t.role}</dt>
          <dd>{roles[user.role]}</dd>
          <dt>{t.extension}</dt>
          <dd>{user.extension ?? t.noExtension}</dd>
        </dl>
      </section>
      <section className={classes.panel}>
        <h2 className={classes.panelTitle}>{t.look}</h2>
        <div className={classes.row}>
          <span>{t.language}</span>
          <LanguageSwitch />
        </div>
        <div className={classes.row}>
          <span>{t.theme}</span>
          <ThemeSwitch />
        </div>
      </section>
      {user.extension !== null && (
        <section className={classes.panel}>
          <h2 className={classes.panelTitle}>{t.phone}</h2>
          <p className={classes.note}>{t.phoneNote}</p>
          <PhoneSettings />
        </section>
      )}
      {hasWorkplace(user) && <AttentionPanel />}
      <DesktopSettingsPanels />
    </>
  )
}
