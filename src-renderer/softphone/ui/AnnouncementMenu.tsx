import { Button, Menu } from '@mantine/core'
import { IconPlayerStopFilled, IconSpeakerphone } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Announcement, AnnouncementState } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { useKeys } from '../../app/keys.ts'
import { Kbd } from '../../ui/index.ts'
import { words } from '../control/words.ts'
import type { Line } from '../phone.ts'
import { words as phoneWords } from '../words.ts'
import { BarAction } from './BarAction.tsx'
import { callKeys } from './call-keys.ts'
import { usePhoneActions } from './provider.tsx'

interface AnnouncementMenuProps {
  line: Line
  legId: string
  run: (task: () => Promise<void>) => void
}

/** Prepared words: into the call for both, or left to the other side (a voicemail, a goodbye) while the operator goes on. */
export function AnnouncementMenu({ line, legId, run }: AnnouncementMenuProps) {
  const t = useWords(words)
  const { phone: phoneWord } = useWords(phoneWords)
  const api = useApi()
  const language = useLanguage()
  const phone = usePhoneActions()
  const { data } = useQuery({ queryKey: ['announcements'], queryFn: () => api.announcements(), staleTime: 300_000 })
  const { state, tell } = usePlaying(legId)
  // What is spoken in the reader's own language first.
  const announcements = (data?.announcements ?? []).toSorted(
    (a, b) => Number(a.language !== language) - Number(b.language !== language),
  )
  const play = (announcement: Announcement, leave: boolean) =>
    run(async () => {
      // Said before: the PBX ends the line sooner than the server answers.
      if (leave) phone.expectEnd(line.id, 'leftToAnnouncement')
      try {
        await api.playAnnouncement({ body: { legId, announcementId: announcement.id, leave } })
        if (leave) return
        await tell({ playing: true, announcementId: announcement.id })
      } catch (error) {
        if (leave) phone.expectEnd(line.id, null)
        throw error
      }
    })
  const stop = () =>
    run(async () => {
      await api.stopAnnouncement({ body: { legId } })
      await tell({ playing: false, announcementId: null })
    })
  const playing = state?.playing === true
  const [opened, setOpened] = useState(false)
  useKeys(
    'softphone-announcements',
    phoneWord,
    playing || announcements.length > 0
      ? [
          {
            keys: callKeys.announcements,
            title: `${t.announcements} / ${t.stopAnnouncement}`,
            run: () => (playing ? stop() : setOpened(!opened)),
            over: true,
          },
        ]
      : [],
  )
  if (playing) {
    const played = announcements.find(({ id }) => id === state.announcementId)
    return <StopAnnouncement announcement={played} onStop={stop} />
  }
  if (announcements.length === 0) return null
  const item = (announcement: Announcement, leave: boolean) => (
    <Menu.Item
      key={announcement.id}
      rightSection={announcement.language !== language && announcement.language.toUpperCase()}
      onClick={() => play(announcement, leave)}
      data-testid={`${leave ? 'leave' : 'play'}-${announcement.id}`}
    >
      {announcement[language]}
    </Menu.Item>
  )
  return (
    <Menu position="bottom-end" width={300} opened={opened} onChange={setOpened}>
      <Menu.Target>
        <BarAction
          icon={IconSpeakerphone}
          label={t.announcements}
          shortcut={callKeys.announcements}
          opened={opened}
          testId="announcements"
        />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.playInto}</Menu.Label>
        {announcements.map((announcement) => item(announcement, false))}
        <Menu.Divider />
        <Menu.Label>{t.leaveWith}</Menu.Label>
        {announcements.map((announcement) => item(announcement, true))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** How long a sound is, only Asterisk knows. */
const askEveryMs = 1_000

/** What is played into this leg's call, by the server: another line, a folded bar or a reload do not end it. */
function usePlaying(legId: string) {
  const api = useApi()
  const queries = useQueryClient()
  const queryKey = ['announcementState', legId]
  const { data } = useQuery({
    queryKey,
    queryFn: () => api.announcementState({ query: { legId } }),
    refetchInterval: ({ state }) => state.data?.playing === true && askEveryMs,
    retry: false,
    staleTime: 0,
  })
  return {
    state: data,
    tell: async (state: AnnouncementState) => {
      // An answer that is on its way is of before.
      await queries.cancelQueries({ queryKey })
      queries.setQueryData(queryKey, state)
    },
  }
}

interface StopAnnouncementProps {
  /** undefined: the list has it no more. */
  announcement: Announcement | undefined
  onStop: () => void
}

/** Stands in the menu's place while something is played. */
function StopAnnouncement({ announcement, onStop }: StopAnnouncementProps) {
  const t = useWords(words)
  const language = useLanguage()
  const name = announcement?.[language]
  return (
    <Button
      size="compact-sm"
      variant="light"
      maw={220}
      leftSection={<IconPlayerStopFilled size={14} />}
      rightSection={<Kbd keys={callKeys.announcements} />}
      aria-keyshortcuts={callKeys.announcements}
      onClick={onStop}
      title={t.stopAnnouncement}
      aria-label={name === undefined ? t.stopAnnouncement : `${t.stopAnnouncement}: ${name}`}
      data-testid="stop-announcement"
    >
      {name ?? t.stopAnnouncement}
    </Button>
  )
}
