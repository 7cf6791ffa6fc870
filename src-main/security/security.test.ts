import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { guardNavigation } from './navigation.ts'
import { guardPermissions, isPermitted, type PermissionDetails } from './permissions.ts'

const own = ['app://callsync']
const page: PermissionDetails = { isMainFrame: true, requestingUrl: 'app://callsync/monitor' }

test('our own page may hear, notify, choose a loudspeaker and read a headset', () => {
  expect(isPermitted('media', { ...page, mediaTypes: ['audio'] }, own)).toBe(true)
  expect(isPermitted('media', { ...page, mediaType: 'audio' }, own)).toBe(true)
  expect(isPermitted('notifications', page, own)).toBe(true)
  expect(isPermitted('speaker-selection', page, own)).toBe(true)
  expect(isPermitted('hid', page, own)).toBe(true)
})

test.each(['local-network-access', 'local-network', 'loopback-network'])(
  '%s: our own page may reach the company’s server and PBX, others may not',
  (permission) => {
    expect(isPermitted(permission, page, own)).toBe(true)
    expect(isPermitted(permission, { isMainFrame: false }, own)).toBe(true)
    expect(isPermitted(permission, { ...page, requestingUrl: 'https://evil.example/' }, own)).toBe(false)
    expect(isPermitted(permission, { ...page, isMainFrame: false }, own)).toBe(false)
  },
)

test.each<[string, string, PermissionDetails]>([
  ['the camera', 'media', { ...page, mediaTypes: ['video'] }],
  ['the camera beside the microphone', 'media', { ...page, mediaTypes: ['audio', 'video'] }],
  ['media of no kind', 'media', page],
  ['media of an empty list', 'media', { ...page, mediaTypes: [] }],
  ['media of an unknown kind', 'media', { ...page, mediaType: 'unknown' }],
  ['the microphone in a frame', 'media', { ...page, isMainFrame: false, mediaTypes: ['audio'] }],
  ['notifications of a foreign page', 'notifications', { ...page, requestingUrl: 'https://evil.example/' }],
  ['notifications of a host like ours', 'notifications', { ...page, requestingUrl: 'app://callsync.evil/' }],
  ['the keys of a headset to a foreign page', 'hid', { ...page, requestingUrl: 'https://evil.example/' }],
  ['the keys of a headset to a frame', 'hid', { ...page, isMainFrame: false }],
  ['a page without an address', 'notifications', { isMainFrame: true }],
  ...['geolocation', 'midi', 'usb', 'serial', 'clipboard-read', 'display-capture', 'fullscreen', 'openExternal'].map(
    (permission): [string, string, PermissionDetails] => [permission, permission, page],
  ),
])('denies %s', (_, permission, details) => {
  expect(isPermitted(permission, details, own)).toBe(false)
})

test('both handlers of the session ask the same rule', () => {
  const answers: boolean[] = []
  guardPermissions(
    {
      setPermissionRequestHandler(handler) {
        handler?.({}, 'media', (granted) => answers.push(granted), { ...page, mediaTypes: ['audio'] })
        handler?.({}, 'geolocation', (granted) => answers.push(granted), page)
      },
      setPermissionCheckHandler(handler) {
        answers.push(handler?.(null, 'media', '', { ...page, mediaType: 'audio' }) ?? false)
        answers.push(handler?.(null, 'geolocation', '', page) ?? true)
      },
    },
    own,
  )
  expect(answers).toEqual([true, false, true, false])
})

function guardedPage() {
  const contents = new EventEmitter()
  let openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
  const opened: string[] = []
  const guarded = Object.assign(contents, {
    setWindowOpenHandler: (handler: typeof openHandler) => {
      openHandler = handler
    },
  })
  guardNavigation(guarded, {
    ownOrigins: own,
    externalOrigins: () => ['https://callsync.example.com'],
    openExternal: (url) => opened.push(url),
  })
  const prevented = (event: string, url: string, isMainFrame = true) => {
    let stopped = false
    const preventDefault = () => {
      stopped = true
    }
    contents.emit(event, { url, isMainFrame, preventDefault })
    return stopped
  }
  return { prevented, open: (url: string) => openHandler({ url }), opened }
}

test('the page may reload itself', () => {
  expect(guardedPage().prevented('will-navigate', 'app://callsync/monitor')).toBe(false)
})

test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s elsewhere is stopped', (event) => {
  const { prevented } = guardedPage()
  for (const url of ['https://evil.example/', 'file:///etc/passwd', 'app://callsync.evil/', 'javascript:alert(1)', 'x']) {
    expect([url, prevented(event, url)]).toEqual([url, true])
  }
})

test('frames go nowhere, webviews are not attached', () => {
  const { prevented } = guardedPage()
  expect(prevented('will-frame-navigate', 'app://callsync/', false)).toBe(true)
  expect(prevented('will-attach-webview', '')).toBe(true)
})

test('a new window is never a page; a link of the allow-list opens in the own browser', () => {
  const { open, opened } = guardedPage()
  for (const url of [
    'https://callsync.example.com/api/docs',
    'https://callsync.example.com.evil/',
    'https://evil.example/',
    'file:///etc/passwd',
    'tel:112',
    'app://callsync/',
    'not a url',
  ]) {
    expect(open(url)).toEqual({ action: 'deny' })
  }
  expect(opened).toEqual(['https://callsync.example.com/api/docs'])
})
