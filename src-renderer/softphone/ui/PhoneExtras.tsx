import { Button, Select, Stack, Switch, Text } from '@mantine/core'
import { IconWaveSine } from '@tabler/icons-react'
import { type CountryCode, getCountries, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/min'
import { useMemo } from 'react'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { phoneRegion } from '../../app/phone-region.ts'
import { ownDialRegion, setOwnDialRegion } from '../dial-region.ts'
import { soundWords } from '../sound-words.ts'
import { useEchoNumber, usePhone, usePhoneActions } from './provider.tsx'
import { usePhoneTask } from './use-phone-task.ts'

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

/** Tries microphone, network and speaker at once: the PBX sends the voice back. The call shows in the bar like any other. */
export function EchoTest() {
  const t = useWords(soundWords)
  const number = useEchoNumber()
  const phone = usePhoneActions()
  const free = usePhone(({ link, lines }) => link === 'registered' && lines.every(({ phase }) => phase === 'ended'))
  const { error, busy, run } = usePhoneTask()
  if (number === null) {
    return (
      <Text size="xs" c="dimmed" data-testid="no-echo-test">
        {t.noEchoTest}
      </Text>
    )
  }
  return (
    <Stack gap={4} align="flex-start">
      <Button
        variant="default"
        leftSection={<IconWaveSine size={18} stroke={1.5} />}
        onClick={() => void run(() => phone.dial(number))}
        loading={busy}
        disabled={!free}
        data-testid="echo-test"
      >
        {t.echoTest}
      </Button>
      <Text size="xs" c="dimmed">
        {error ?? t.echoTestHint(number)}
      </Text>
    </Stack>
  )
}

const asServer = 'server'

/** The server's country, unless this computer has one of its own. */
export function RegionSelect() {
  const t = useWords(soundWords)
  const language = useLanguage()
  const own = ownDialRegion((state) => state.own)
  const ofServer = phoneRegion((state) => state.region)
  const data = useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: 'region' })
    const labelOf = (country: CountryCode) => `${names.of(country) ?? country} (+${getCountryCallingCode(country)})`
    const countries = getCountries()
      .map((value) => ({ value: String(value), label: labelOf(value) }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language))
    return [{ value: asServer, label: t.regionOfServer(labelOf(ofServer)) }, ...countries]
  }, [language, ofServer, t])
  return (
    <Select
      label={t.region}
      description={t.regionHint}
      value={own ?? asServer}
      data={data}
      onChange={(country) => {
        if (country === asServer) setOwnDialRegion(null)
        else if (country !== null && isSupportedCountry(country)) setOwnDialRegion(country)
      }}
      searchable
      allowDeselect={false}
      data-testid="dial-region"
    />
  )
}
