import { Menu } from '@mantine/core'
import { IconEar, IconEarOff, IconMessage2, IconMicrophone2 } from '@tabler/icons-react'
import { useWords } from '../app/i18n.ts'
import type { FloorActions } from './use-actions.ts'
import { useMayListenPrivately } from './use-actions.ts'
import { words } from './words.ts'

const icon = { size: 16, stroke: 1.5 } as const

/** The ways into an operator's call, in that operator's menu or the call's. */
export function SpyItems({ operatorId, actions }: { operatorId: string; actions: FloorActions }) {
  const t = useWords(words)
  const mayPrivately = useMayListenPrivately()
  return (
    <>
      <Menu.Item leftSection={<IconEar {...icon} />} onClick={() => actions.spy(operatorId, 'listen')} data-testid="listen">
        {t.listen}
      </Menu.Item>
      {mayPrivately && (
        <Menu.Item
          leftSection={<IconEarOff {...icon} />}
          onClick={() => actions.spy(operatorId, 'listen', true)}
          data-testid="listen-privately"
        >
          {t.privately}
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={<IconMessage2 {...icon} />}
        onClick={() => actions.spy(operatorId, 'whisper')}
        data-testid="whisper"
      >
        {t.whisper}
      </Menu.Item>
      <Menu.Item leftSection={<IconMicrophone2 {...icon} />} onClick={() => actions.spy(operatorId, 'barge')} data-testid="barge">
        {t.barge}
      </Menu.Item>
    </>
  )
}
