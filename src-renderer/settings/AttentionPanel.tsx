import { Button, Switch } from '@mantine/core'
import { setAttention, useAttention } from '../app/attention.ts'
import { alarmChime, chime } from '../app/chime.ts'
import { useWords } from '../app/i18n.ts'
import { mayOversee } from '../app/sections.ts'
import { useUser } from '../app/session.ts'
import classes from './Settings.module.css'
import { words } from './words.ts'

/** How the program may ask for attention on this computer. */
export function AttentionPanel() {
  const t = useWords(words).attention
  const { quietPopUps, reminderSound, alarmSound } = useAttention()
  const user = useUser()
  return (
    <section className={classes.panel}>
      <h2 className={classes.panelTitle}>{t.title}</h2>
      <p className={classes.note}>{t.note}</p>
      <Switch
        mb="sm"
        label={t.quiet}
        description={t.quietHint}
        checked={quietPopUps}
        onChange={(event) => setAttention({ quietPopUps: event.currentTarget.checked })}
        data-testid="quiet-popups"
      />
      <div className={classes.row}>
        <Switch
          label={t.reminderSound}
          description={t.reminderHint}
          checked={reminderSound}
          onChange={(event) => setAttention({ reminderSound: event.currentTarget.checked })}
          data-testid="reminder-sound"
        />
        <Button size="xs" variant="default" onClick={chime}>
          {t.listen}
        </Button>
      </div>
      {mayOversee(user) && (
        <div className={classes.row} style={{ marginTop: 12 }}>
          <Switch
            label={t.alarmSound}
            description={t.alarmHint}
            checked={alarmSound}
            onChange={(event) => setAttention({ alarmSound: event.currentTarget.checked })}
            data-testid="alarm-sound"
          />
          <Button size="xs" variant="default" onClick={alarmChime}>
            {t.listen}
          </Button>
        </div>
      )}
    </section>
  )
}
