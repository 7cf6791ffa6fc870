import { Button, Progress, Select, Slider, Stack, Switch, Text } from '@mantine/core'
import { IconBell, IconMicrophone } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useWords } from '../../app/i18n.ts'
import { matchDevice } from '../media/device-choice.ts'
import type { AudioDevice } from '../phone.ts'
import { soundWords } from '../sound-words.ts'
import { EchoTest, NoiseSwitch, RegionSelect } from './PhoneExtras.tsx'
import classes from './PhoneSettings.module.css'
import { usePhone, usePhoneActions } from './provider.tsx'
import { useMicrophoneWords } from './use-microphone-words.ts'
import { usePhoneTask } from './use-phone-task.ts'

type Devices = { microphones: AudioDevice[]; speakers: AudioDevice[] }

/** Devices, volumes and a try of both; kept on this computer. */
export function PhoneSettings() {
  const t = useWords(soundWords)
  const phone = usePhoneActions()
  const link = usePhone((state) => state.link)
  const audio = usePhone((state) => state.audio)
  const microphone = usePhone((state) => state.microphone)
  const [devices, setDevices] = useState<Devices>({ microphones: [], speakers: [] })
  const { error, run } = usePhoneTask()
  const microphoneWords = useMicrophoneWords()

  // biome-ignore lint/correctness/useExhaustiveDependencies: permission and the link change what the browser lists
  useEffect(() => {
    let stale = false
    const read = () => void phone.listDevices().then((found) => stale || setDevices(found))
    read()
    navigator.mediaDevices?.addEventListener('devicechange', read)
    return () => {
      stale = true
      navigator.mediaDevices?.removeEventListener('devicechange', read)
    }
  }, [phone, microphone, link])

  const choose = (choice: Parameters<typeof phone.chooseDevices>[0]) => void run(() => phone.chooseDevices(choice))

  return (
    <Stack gap="md" className={classes.settings}>
      {microphone !== 'granted' && (
        <div className={classes.ask}>
          <Text size="sm">{microphoneWords[microphone === 'unknown' ? 'ask' : microphone].hint}</Text>
          {microphone !== 'denied' && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconMicrophone size={16} stroke={1.5} />}
              onClick={() => void run(phone.requestMicrophone)}
            >
              {microphone === 'missing' ? microphoneWords.check : microphoneWords.allow}
            </Button>
          )}
        </div>
      )}
      <DeviceSelect
        label={t.microphone}
        wanted={audio.microphone}
        present={devices.microphones}
        onChoose={(id) => choose({ microphone: id })}
      />
      <LevelMeter deviceId={audio.microphone?.id ?? null} enabled={microphone === 'granted'} />
      <NoiseSwitch />
      <DeviceSelect
        label={t.speaker}
        wanted={audio.speaker}
        present={devices.speakers}
        onChoose={(id) => choose({ speaker: id })}
      />
      <Volume label={t.callVolume} value={audio.callVolume} onChange={(callVolume) => phone.setAudio({ callVolume })} />
      <DeviceSelect label={t.ringer} wanted={audio.ringer} present={devices.speakers} onChoose={(id) => choose({ ringer: id })} />
      <Volume label={t.ringerVolume} value={audio.ringerVolume} onChange={(ringerVolume) => phone.setAudio({ ringerVolume })} />
      <Switch
        label={t.waitingTone}
        description={t.waitingToneHint}
        checked={audio.waitingTone}
        onChange={(event) => phone.setAudio({ waitingTone: event.currentTarget.checked })}
        data-testid="waiting-tone"
      />
      <Button
        variant="default"
        leftSection={<IconBell size={18} stroke={1.5} />}
        onClick={() => void run(phone.testRinger)}
        style={{ alignSelf: 'flex-start' }}
      >
        {t.testRinger}
      </Button>
      <EchoTest />
      <Select
        label={t.tones}
        description={t.tonesHint}
        value={audio.dtmf}
        data={[
          { value: 'rfc4733', label: t.tonesRtp },
          { value: 'info', label: t.tonesInfo },
        ]}
        onChange={(dtmf) => (dtmf === 'rfc4733' || dtmf === 'info') && phone.setAudio({ dtmf })}
        allowDeselect={false}
      />
      <RegionSelect />
      {error !== null && (
        <Text size="sm" c="var(--cs-alarmText)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  )
}

interface DeviceSelectProps {
  label: string
  wanted: AudioDevice | null
  present: AudioDevice[]
  onChoose: (id: string | null) => void
}

const system = 'system'

function DeviceSelect({ label, wanted, present, onChoose }: DeviceSelectProps) {
  const t = useWords(soundWords)
  const found = matchDevice(wanted, present)
  const named = present.filter((device) => device.label !== '')
  const data = [
    { value: system, label: t.systemDefault },
    ...named.map((device) => ({ value: device.id, label: device.label })),
    // A headset that is unplugged stays the choice: it is used again when it is back.
    ...(wanted !== null && found === null
      ? [{ value: wanted.id, label: t.notConnectedDevice(wanted.label), disabled: true }]
      : []),
  ]
  return (
    <Select
      label={label}
      data={data}
      value={wanted === null ? system : (found?.id ?? wanted.id)}
      onChange={(id) => id !== null && onChoose(id === system ? null : id)}
      allowDeselect={false}
      {...(present.length > 0 && named.length === 0 ? { description: t.devicesHidden } : {})}
    />
  )
}

function Volume({ label, value, onChange }: { label: string; value: number; onChange: (value: number) => void }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={3}>
        {label}
      </Text>
      <Slider
        thumbLabel={label}
        value={Math.round(value * 100)}
        onChange={(percent) => onChange(percent / 100)}
        min={0}
        max={100}
        step={5}
        label={(percent) => `${percent} %`}
        size="sm"
      />
    </div>
  )
}

/** Opens the microphone only while it is looked at. */
function LevelMeter({ deviceId, enabled }: { deviceId: string | null; enabled: boolean }) {
  const t = useWords(soundWords)
  const phone = usePhoneActions()
  const [level, setLevel] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another device is another meter
  useEffect(() => {
    if (!enabled) return
    let stop: (() => void) | null = null
    let stale = false
    void phone.watchMicrophone(setLevel).then(
      (dispose) => {
        if (stale) dispose()
        else stop = dispose
      },
      () => setLevel(0),
    )
    return () => {
      stale = true
      stop?.()
      setLevel(0)
    }
  }, [phone, deviceId, enabled])

  return (
    <div>
      <Progress
        value={level * 100}
        color="var(--cs-okSolid)"
        transitionDuration={0}
        size="sm"
        aria-label={t.level}
        data-testid="microphone-level"
      />
      <Text size="xs" c="dimmed" mt={4}>
        {t.levelHint}
      </Text>
    </div>
  )
}
