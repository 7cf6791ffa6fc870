import { Button } from '@mantine/core'
import type { FieldClash } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import classes from './card.module.css'
import { useDesk } from './desk-store.ts'
import { useFieldText } from './field-text.ts'
import { words } from './words.ts'

/** Two values of one field, side by side; neither is thrown away before the person has chosen. */
export function ClashChoice({ cardId, clash }: { cardId: string; clash: FieldClash }) {
  const t = useWords(words)
  const desk = useDesk()
  const text = useFieldText()
  return (
    <div className={classes.clash} role="alert" data-testid="card-clash" data-field={clash.field}>
      <div className={classes.clashTitle}>{t.clash.title}</div>
      <div className={classes.clashSides}>
        <div>
          <div className={classes.clashSide}>{t.clash.mine}</div>
          <div className={classes.clashText}>{text(clash.field, clash.mine)}</div>
          <Button size="compact-xs" variant="light" onClick={() => desk?.chooseMine(cardId, clash.field)}>
            {t.clash.takeMine}
          </Button>
        </div>
        <div>
          <div className={classes.clashSide}>{t.clash.theirs}</div>
          <div className={classes.clashText}>{text(clash.field, clash.theirs)}</div>
          <Button size="compact-xs" variant="default" onClick={() => desk?.chooseTheirs(cardId, clash.field)}>
            {t.clash.takeTheirs}
          </Button>
        </div>
      </div>
    </div>
  )
}
