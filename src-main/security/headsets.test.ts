import { expect, test } from 'vitest'
import { guardHeadsets, type HidSession } from './headsets.ts'

const own = 'app://callsync'
const headset = (deviceId: string) => ({ deviceId, name: `Headset ${deviceId}`, collections: [{ usagePage: 0x0b }] })
const nested = { deviceId: 'n', name: 'Nested', collections: [{ usagePage: 0xff00, children: [{ usagePage: 0x0b }] }] }
const keyboard = { deviceId: 'k', name: 'Keyboard', collections: [{ usagePage: 0x01, usage: 6 }] }
const page = { origin: own, parent: null }

function bench(choice: number | null = null) {
  let select: Parameters<HidSession['on']>[1] | undefined
  let permitted: ((details: { deviceType: string; origin: string; device: object }) => boolean) | null = null
  const asked: (readonly string[])[] = []
  guardHeadsets({
    session: {
      on: (_, listener) => {
        select = listener
      },
      setDevicePermissionHandler: (handler) => {
        permitted = handler
      },
    },
    ownOrigins: [own],
    chooseOne: async (names) => {
      asked.push(names)
      return choice
    },
  })
  const pick = (
    deviceList: { deviceId: string; name: string }[],
    frame: typeof page | { origin: string; parent: object } | null,
  ) => new Promise((resolve) => select?.({ preventDefault: () => undefined }, { deviceList, frame }, resolve))
  const may = (deviceType: string, origin: string, device: object) => permitted?.({ deviceType, origin, device }) ?? null
  return { pick, may, asked }
}

test('our page may read a headset', () => {
  const { may } = bench()
  expect(may('hid', own, headset('1'))).toBe(true)
  expect(may('hid', `${own}/`, nested)).toBe(true)
})

test.each<[string, string, string, object]>([
  ['a keyboard', 'hid', own, keyboard],
  ['a device without a description', 'hid', own, { deviceId: 'x', name: 'x' }],
  ['a description that is none', 'hid', own, { collections: [null, 7, { usagePage: '11' }] }],
  ['a foreign page', 'hid', 'https://evil.example', headset('1')],
  ['an origin like ours', 'hid', 'app://callsync.evil', headset('1')],
  ['a USB device', 'usb', own, headset('1')],
  ['a serial port', 'serial', own, headset('1')],
])('denies %s', (_, deviceType, origin, device) => {
  expect(bench().may(deviceType, origin, device)).toBe(false)
})

test('one headset is taken, among several the person chooses, and may choose none', async () => {
  expect(await bench().pick([keyboard, headset('1')], page)).toBe('1')
  const two = bench(1)
  expect(await two.pick([headset('1'), headset('2')], page)).toBe('2')
  expect(two.asked).toEqual([['Headset 1', 'Headset 2']])
  expect(await bench(null).pick([headset('1'), headset('2')], page)).toBe(null)
})

test.each([
  ['nothing but a keyboard', [keyboard], page],
  ['a foreign page', [headset('1')], { origin: 'https://evil.example', parent: null }],
  ['a frame inside our page', [headset('1')], { origin: own, parent: {} }],
  ['a frame that is gone', [headset('1')], null],
])('%s gets no device', async (_, devices, frame) => {
  expect(await bench(0).pick(devices, frame)).toBe(null)
})
