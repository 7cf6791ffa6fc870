import { Button, Menu } from '@mantine/core'
import { IconPlayerStopFilled, IconSpeakerphone } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Announcement } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import type { Line } from '../phone.ts'
import { words } from '../words.ts'
import { BarAction } from './BarAction.tsx'
import { usePhoneActions } from './provider.tsx'

interface AnnouncementMenuProps {
  line: Line
  legId: string
  run: (task: () => Promise<void>) => void
}

/** Prepared words: into the call for both, or left to the other side (a voicemail, a goodbye) while the operator goes on. */
export function AnnouncementMenu({ line, legId, run }: AnnouncementMenuProps) {
  const t = useWords(words)
  const api = useApi()
  const language = useLanguage()
  const phone = usePhoneActions()
  const { data } = useQuery({ queryKey: ['announcements'], queryFn: () => api.announcements(), staleTime: 300_000 })
  const [playing, setPlaying] = useState<Announcement | null>(null)
  // What is spoken in the reader's own language first.
  const announcements = (data?.announcements ?? []).toSorted(
    (a, b) => Number(a.language !== language) - Number(b.language !== language),
  )
  if (announcements.length === 0) return null
  const play = (announcement: Announcement, leave: boolean) =>
    run(async () => {
      // Said before: the PBX ends the line sooner than the server answers.
      if (leave) phone.expectEnd(line.id, 'leftToAnnouncement')
      try {
        await api.playAnnouncement({ body: { legId, announcementId: announcement.id, leave } })
        if (!leave) setPlaying(announcement)
      } catch (error) {
        if (leave) phone.expectEnd(line.id, null)
        throw error
      }
    })
  const stop = () => {
    setPlaying(null)
    run(async () => {
      await api.stopAnnouncement({ body: { legId } })
    })
  }
  if (playing !== null) return <StopAnnouncement legId={legId} playing={playing} onStop={stop} onOver={() => setPlaying(null)} />
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
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <BarAction icon={IconSpeakerphone} label={t.announcements} testId="announcements" />
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

interface StopAnnouncementProps {
  legId: string
  playing: Announcement
  onStop: () => void
  onOver: () => void
}

/** Stands in the menu's place while something is played. */
function StopAnnouncement({ legId, playing, onStop, onOver }: StopAnnouncementProps) {
  const t = useWords(words)
  const language = useLanguage()
  const api = useApi()
  const { data } = useQuery({
    queryKey: ['announcementState', legId],
    queryFn: () => api.announcementState({ query: { legId } }),
    refetchInterval: askEveryMs,
    // The answer about the one before is none about this one.
    gcTime: 0,
  })
  const over = data?.playing === false
  useEffect(() => {
    if (over) onOver()
  }, [over, onOver])
  return (
    <Button
      size="compact-sm"
      variant="light"
      maw={220}
      leftSection={<IconPlayerStopFilled size={14} />}
      onClick={onStop}
      title={t.stopAnnouncement}
      aria-label={`${t.stopAnnouncement}: ${playing[language]}`}
      data-testid="stop-announcement"
    >
      {playing[language]}
    </Button>
  )
}
