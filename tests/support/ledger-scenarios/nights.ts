import { callIn, type LedgerScenario, type LedgerStage, seconds } from './stage.ts'

/**
 * Over the moment two seconds after the beginning: one caller waits and talks across it, the next comes and gives up after it.
 * 1001 lets it ring for three seconds, 1002 answers a second after the retry.
 */
async function across(stage: LedgerStage) {
  await callIn(stage, '701')
  const first = await stage.phone('1001').incoming()
  await first.ended
  const second = await stage.phone('1002').incoming()
  await seconds(1)
  await second.answer()
  const next = await stage.carrier.call({ from: '+79165550103', to: '+74950000705', play: null })
  await seconds(3)
  await stage.carrier.hangUp(next)
  await seconds(1)
  await second.hangUp()
}

/** Calls over the moments at which days and hours begin otherwise than usual. */
export const nightScenarios: Readonly<Record<string, LedgerScenario>> = {
  'over-midnight': {
    about: 'A caller waits and talks over midnight.',
    phones: ['1001', '1002'],
    clock: { at: '2026-11-20T20:59:58Z', timeZone: 'Europe/Moscow' },
    run: across,
  },
  'over-the-years-end': {
    about: 'A caller waits and talks over the end of the year.',
    phones: ['1001', '1002'],
    clock: { at: '2026-12-31T22:59:58Z', timeZone: 'Europe/Berlin' },
    run: across,
  },
  'over-the-autumn-night': {
    about: 'A caller waits and talks while the clock goes from three back to two: the hour comes a second time.',
    phones: ['1001', '1002'],
    clock: { at: '2026-10-25T00:59:58Z', timeZone: 'Europe/Berlin' },
    run: across,
  },
  'over-the-spring-night': {
    about: 'A caller waits and talks while the clock goes from two to three: an hour is missing.',
    phones: ['1001', '1002'],
    clock: { at: '2027-03-28T00:59:58Z', timeZone: 'Europe/Berlin' },
    run: across,
  },
}
