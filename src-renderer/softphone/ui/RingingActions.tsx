import { Button } from '@mantine/core'
import { IconPhone, IconPhoneOff } from '@tabler/icons-react'
import { useWords } from '../../app/i18n.ts'
import { Kbd } from '../../ui/index.ts'
import { words } from '../words.ts'
import classes from './CallBar.module.css'
import { callKeys } from './call-keys.ts'

interface RingingActionsProps {
  busy: boolean
  onAnswer: () => unknown
  onReject: () => unknown
}

/** A call rings and nothing else is on: two large buttons. */
export function RingingActions({ busy, onAnswer, onReject }: RingingActionsProps) {
  const t = useWords(words)
  return (
    <>
      <Button
        className={classes.answer}
        leftSection={<IconPhone size={18} stroke={1.75} />}
        rightSection={<Kbd keys={callKeys.answer} />}
        aria-keyshortcuts={callKeys.answer}
        loading={busy}
        onClick={onAnswer}
        data-testid="answer"
      >
        {t.answer}
      </Button>
      <Button
        className={classes.reject}
        variant="default"
        leftSection={<IconPhoneOff size={18} stroke={1.5} />}
        rightSection={<Kbd keys={callKeys.end} />}
        aria-keyshortcuts={callKeys.end}
        onClick={onReject}
        data-testid="reject"
      >
        {t.reject}
      </Button>
    </>
  )
}
