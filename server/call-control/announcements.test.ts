import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anna, boris, galina } from '../calls/fixture.ts'
import { Announcement } from '../contract/index.ts'
import { type ControlRig, inbound, openControlRig } from './fixture.ts'

let rig: ControlRig
beforeEach(async () => {
  rig = await openControlRig()
})
afterEach(() => rig.close())

const code = (wanted: string) => ({ code: wanted })
const sent = () => rig.telephony.sent.splice(0)
const holiday: Announcement = { id: 'h', language: 'ru', ru: 'Праздник', en: 'Holiday', sound: 'custom/holiday' }

describe('playing', () => {
  /** Until it is known whether Asterisk had the sound. */
  const play = async (user = anna, leave = false, announcementId = 'one-moment') => {
    const playing = rig.control.playAnnouncement(user, { legId: '1.1', announcementId, leave })
    const outcome = playing.then(
      () => ({ error: null }),
      (error: unknown) => ({ error }),
    )
    const begun = rig.telephony.originated.length + rig.telephony.sent.length
    while ((await Promise.race([outcome, rig.flush()])) === undefined) {
      if (rig.telephony.originated.length + rig.telephony.sent.length > begun) rig.clock.advance(400)
    }
    return playing
  }

  it('is spoken into the call', async () => {
    await play()
    expect(rig.telephony.originated).toMatchObject([
      {
        channel: 'Local/s@callsync-announce/n',
        context: 'callsync-announce-into',
        variables: { CALLSYNC_SOUND: 'callsync/one-moment', CALLSYNC_CHANNEL: 'PJSIP/1001-1.1' },
        halves: ['callsync-speaker-1.0', 'callsync-player-1.0'],
      },
    ])
  })

  it('joins a conference as one more member', async () => {
    rig.telephony.setCall(inbound({ conference: '471147114711' }))
    await play()
    expect(rig.telephony.originated).toMatchObject([{ context: 'callsync-conference', exten: '471147114711' }])
    expect(rig.telephony.originated[0]?.variables).toEqual({ CALLSYNC_SOUND: 'callsync/one-moment' })
  })

  it('is left to the other side alone', async () => {
    await play(anna, true, 'called-you')
    expect(sent()).toEqual([
      'set PJSIP/trunk-1.0 CALLSYNC_SOUND=callsync/called-you',
      'redirect PJSIP/trunk-1.0 to s@callsync-leave',
    ])
  })

  it.each([
    ['of a colleague’s call', boris, 'one-moment', 'notFound'],
    ['of a supervisor in somebody’s call', galina, 'one-moment', 'notFound'],
    ['that does not exist', anna, '../etc/passwd', 'notFound'],
  ])('%s is refused', async (_, user, id, wanted) => {
    await expect(play(user, false, id)).rejects.toMatchObject(code(wanted))
    await expect(play(user, true, id)).rejects.toMatchObject(code(wanted))
    expect([...sent(), ...rig.telephony.originated]).toEqual([])
  })

  it('tells of a sound that Asterisk could not play', async () => {
    rig.telephony.variables.set('callsync-player-1.0 PLAYBACKSTATUS', 'FAILED')
    await expect(play()).rejects.toMatchObject(code('pbxLacksSound'))
    await expect(play(anna, true)).resolves.toBeUndefined()
    rig.telephony.variables.set('PJSIP/trunk-1.0 PLAYBACKSTATUS', 'FAILED')
    await expect(play(anna, true)).rejects.toMatchObject(code('pbxLacksSound'))
  })

  it('is stopped by who plays it, and no second one begins before that', async () => {
    await rig.control.stopAnnouncement(anna, '1.1')
    expect(await rig.control.announcementState(anna, '1.1')).toEqual({ playing: false, announcementId: null })
    expect(sent()).toEqual([])
    rig.telephony.variables.set('callsync-player-1.0 UNIQUEID', 'callsync-player-1.0')
    expect(await rig.control.announcementState(anna, '1.1')).toEqual({ playing: true, announcementId: null })
    await expect(play()).rejects.toMatchObject(code('conflict'))
    expect(rig.telephony.originated).toEqual([])
    for (const other of [boris, galina]) {
      await expect(rig.control.stopAnnouncement(other, '1.1')).rejects.toMatchObject(code('notFound'))
      await expect(rig.control.announcementState(other, '1.1')).rejects.toMatchObject(code('notFound'))
    }
    expect(sent()).toEqual([])
    await rig.control.stopAnnouncement(anna, '1.1')
    expect(sent()).toEqual(['redirect callsync-player-1.0 to s@callsync-announce-end'])
  })

  it('is known and stopped by the leg that a reload has put into the place of the one it began on', async () => {
    rig.telephony.variables.set('callsync-player-1.0 UNIQUEID', 'callsync-player-1.0')
    rig.telephony.variables.set('callsync-player-1.0 CALLSYNC_SOUND', 'callsync/one-moment')
    const [leg] = inbound().legs
    if (leg) rig.telephony.setCall(inbound({ legs: [{ ...leg, uniqueid: '1.9' }] }))
    expect(await rig.control.announcementState(anna, '1.9')).toEqual({ playing: true, announcementId: 'one-moment' })
    await rig.control.stopAnnouncement(anna, '1.9')
    expect(sent()).toEqual(['redirect callsync-player-1.0 to s@callsync-announce-end'])
  })

  it('needs its context', async () => {
    rig.lackContext('callsync-announce')
    rig.lackContext('callsync-leave')
    await expect(play()).rejects.toMatchObject(code('pbxLacksContext'))
    await expect(play(anna, true)).rejects.toMatchObject(code('pbxLacksContext'))
  })

  it('takes the sound that the administrator has set', async () => {
    await rig.control.saveAnnouncements([holiday])
    await play(anna, false, 'h')
    expect(rig.telephony.originated[0]?.variables).toMatchObject({ CALLSYNC_SOUND: 'custom/holiday' })
    await expect(play(anna, false, 'one-moment')).rejects.toMatchObject(code('notFound'))
  })
})

describe('the list', () => {
  it('begins with the sounds that come along', async () => {
    const list = await rig.control.announcements()
    expect(list.map(({ sound }) => sound)).toEqual(
      ['', 'en-'].flatMap((language) =>
        ['one-moment', 'recorded', 'card-safe', 'called-you'].map((name) => `callsync/${language}${name}`),
      ),
    )
    for (const each of list) expect(Announcement.parse(each)).toEqual(each)
  })

  it('is kept in its order, and may be empty', async () => {
    const [first, second] = await rig.control.announcements()
    const list = [second, holiday, first].flatMap((each) => each ?? [])
    expect(await rig.control.saveAnnouncements(list)).toEqual(list)
    expect(await rig.control.announcements()).toEqual(list)
    expect(await rig.control.saveAnnouncements([])).toEqual([])
  })

  it('has nothing twice, and loses nothing when that is refused', async () => {
    await rig.control.saveAnnouncements([holiday])
    await expect(rig.control.saveAnnouncements([holiday, { ...holiday, ru: 'Ещё' }])).rejects.toMatchObject({
      fields: { id: 'twice' },
    })
    expect(await rig.control.announcements()).toEqual([holiday])
  })

  it('takes only names that stay under the folder of sounds and mean nothing else to Playback', () => {
    const takes = (sound: string) => Announcement.safeParse({ ...holiday, sound }).success
    const wrong = [
      '',
      '..',
      '../x',
      'a/../b',
      '/etc/x',
      'custom/',
      'a//b',
      'a b',
      'a&b',
      'a,b',
      '$x',
      'звук',
      'x.wav',
      'a'.repeat(101),
    ]
    expect(wrong.filter(takes)).toEqual([])
    for (const sound of ['holiday', 'custom/holiday-2026_a', 'a'.repeat(100)]) expect(takes(sound), sound).toBe(true)
  })

  it('takes titles of 1 to 60 characters', () => {
    for (const title of ['', '  ', 'a'.repeat(61)]) {
      expect(Announcement.safeParse({ ...holiday, ru: title }).success).toBe(false)
      expect(Announcement.safeParse({ ...holiday, en: title }).success).toBe(false)
    }
  })
})
