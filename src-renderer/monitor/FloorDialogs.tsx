import { Button, Group, Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { LiveCall } from '../../server/contract/index.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { CallParty } from '../ui/index.ts'
import { isConference } from './figures.ts'
import type { FloorDialog } from './floor-dialog.ts'
import { JourneyDrawer } from './JourneyDrawer.tsx'
import type { FloorActions } from './use-actions.ts'
import { words } from './words.ts'

interface FloorDialogsProps {
  readonly dialog: FloorDialog | null
  readonly actions: FloorActions
  readonly onClose: () => void
}

export function FloorDialogs({ dialog, ...rest }: FloorDialogsProps) {
  switch (dialog?.kind) {
    case 'write':
      return <MessageDialog to={dialog.to} {...rest} />
    case 'end':
      return <EndCallDialog call={dialog.call} {...rest} />
    case 'journey':
      return <JourneyDrawer call={dialog.call} over={dialog.over} onClose={rest.onClose} />
    default:
      return null
  }
}

interface MessageDialogProps {
  readonly to: Extract<FloorDialog, { kind: 'write' }>['to']
  readonly actions: FloorActions
  readonly onClose: () => void
}

function MessageDialog({ to, actions, onClose }: MessageDialogProps) {
  const t = useWords(words)
  const [text, setText] = useState('')
  const [sending, setSending] = useState(false)
  const send = async () => {
    if (text.trim() === '' || sending) return
    setSending(true)
    const sent = await actions.write(to && [to.id], text)
    if (sent) onClose()
    else setSending(false)
  }
  return (
    <Modal opened onClose={onClose} title={to === null ? t.writeToAll : t.writeTo(to.name)} centered size={460}>
      <Textarea
        label={t.text}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send()
        }}
        minRows={3}
        maxRows={8}
        autosize
        maxLength={500}
        data-autofocus
        data-testid="message-text"
      />
      <Group justify="flex-end" mt="md">
        <Button
          onClick={() => void send()}
          loading={sending}
          disabled={text.trim() === ''}
          title={`${t.send} (Ctrl+Enter)`}
          data-testid="send-message"
        >
          {t.send}
        </Button>
      </Group>
    </Modal>
  )
}

/** A call that was ended cannot be undone. */
function EndCallDialog({ call, actions, onClose }: { call: LiveCall; actions: FloorActions; onClose: () => void }) {
  const t = useWords(words)
  const conference = isConference(call)
  const end = () => {
    actions.endCall(call.id)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={conference ? t.endConferenceAsk : t.endCallAsk} centered size={440}>
      {conference ? (
        <p>{call.participants.map(({ name, number }) => name || formatPhone(number) || t.outside).join(', ')}</p>
      ) : (
        <CallParty call={call} />
      )}
      <p>{t.endCallNote}</p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.stay}
        </Button>
        <Button color="red" onClick={end} data-testid="end-call-really">
          {conference ? t.endConference : t.endCall}
        </Button>
      </Group>
    </Modal>
  )
}
