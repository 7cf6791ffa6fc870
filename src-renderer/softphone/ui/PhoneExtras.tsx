import { Button, Select, Stack, Switch, Text } from '@mantine/core'
import { IconWaveSine } from '@tabler/icons-react'
import { getCountries, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/min'
import { useMemo } from 'react'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { dialRegion, setDialRegion } from '../dial-region.ts'
import { soundWords } from '../sound-words.ts'
import { usePhone, usePhoneActions } from './provider.tsx'
import { usePhoneTask } from './use-phone-task.ts'

/** The echo of the PBX: the operator hears the own voice back. */
const echoNumber = '600'

export function NoiseSwitch() {
  const t = useWords(soundWords)
  const phone = usePhoneActions()
  const checked = usePhone((state) => state.audio.noiseSuppression)
  const { error, run } = usePhoneTask()
  return (
    <Switch
      label={t.noiseSuppression}
      description={t.noiseSuppressionHint}
      checked={checked}
      onChange={(event) => {
        const on = event.currentTarget.checked
        void run(() => phone.setNoiseSuppression(on))
      }}
      error={error}
      data-testid="noise-suppression"
    />
  )
}

/** Tries microphone, network and speaker at once; the call shows in the bar like any other. */
export function EchoTest() {
  const t = useWords(soundWords)
  const phone = usePhoneActions()
  const free = usePhone(({ link, lines }) => link === 'registered' && lines.every(({ phase }) => phase === 'ended'))
  const { error, busy, run } = usePhoneTask()
  return (
    <Stack gap={4} align="flex-start">
      <Button
        variant="default"
        leftSection={<IconWaveSine size={18} stroke={1.5} />}
        onClick={() => void run(() => phone.dial(echoNumber))}
        loading={busy}
        disabled={!free}
        data-testid="echo-test"
      >
        {t.echoTest}
      </Button>
      <Text size="xs" c="dimmed">
        {error ?? t.echoTestHint}
      </Text>
    </Stack>
  )
}

export function RegionSelect() {
  const t = useWords(soundWords)
  const language = useLanguage()
  const region = dialRegion((state) => state.region)
  const data = useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: 'region' })
    return getCountries()
      .map((value) => ({ value, label: `${names.of(value) ?? value} (+${getCountryCallingCode(value)})` }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language))
  }, [language])
  return (
    <Select
      label={t.region}
      description={t.regionHint}
      value={region}
      data={data}
      onChange={(country) => country !== null && isSupportedCountry(country) && setDialRegion(country)}
      searchable
      allowDeselect={false}
      data-testid="dial-region"
    />
  )
}
