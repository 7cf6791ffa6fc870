import { expect, test } from 'vitest'
import type { DeskState } from '../../src-preload/contract/index.ts'
import { createLeaveGuard, type LeaveQuestion } from './leave-guard.ts'

const idle: DeskState = {
  language: 'ru',
  dark: false,
  person: { name: 'Анна', status: 'available', pauseReason: null },
  pauseReasons: [],
  microphones: [],
  call: null,
  unsent: 0,
  unkept: false,
}
const onCall: DeskState = {
  ...idle,
  call: { lineId: 'l', phase: 'talking', title: 'Иван', subtitle: 'Отдел продаж', sinceMs: 1, muted: false },
}

function setUp(first: DeskState | null, more: { hides?: boolean; language?: 'ru' | 'en' } = {}) {
  const desk = { state: first }
  const asked: LeaveQuestion[] = []
  const answers: ((yes: boolean) => void)[] = []
  const done: string[] = []
  let nowMs = 0
  const guard = createLeaveGuard({
    desk: () => desk.state,
    language: () => more.language ?? 'ru',
    hidesWorkplace: () => more.hides ?? false,
    ask: (question) => {
      asked.push(question)
      return new Promise((resolve) => answers.push(resolve))
    },
    quit: () => void done.push('quit'),
    closeWorkplace: () => void done.push('close'),
    now: () => nowMs,
  })
  const answer = async (yes: boolean) => {
    answers.shift()?.(yes)
    await new Promise(setImmediate)
  }
  const unload = (leaving: 'close' | 'reload', yes: boolean, name: 'workplace' | 'monitor' = 'workplace') => {
    const questions: LeaveQuestion[] = []
    const goes = guard.mayUnload(name, leaving, (question) => {
      questions.push(question)
      return yes
    })
    return { goes, questions }
  }
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { desk, guard, asked, answer, unload, done, pass }
}

test('nothing is asked when nothing would be cut off, and that is no leave for later', () => {
  const { guard, asked, desk } = setUp(null)
  expect(guard.mayQuit()).toBe(true)
  desk.state = idle
  expect(guard.mayQuit()).toBe(true)
  desk.state = onCall
  expect(guard.mayQuit()).toBe(false)
  expect(asked).toHaveLength(1)
})

test('a call holds the app until the person says so, asked once at a time', async () => {
  const { guard, asked, answer, done } = setUp(onCall)
  expect(guard.mayQuit()).toBe(false)
  expect(guard.mayQuit()).toBe(false)
  expect(asked).toEqual([{ message: 'Выйти из CallSync?', detail: 'Идёт звонок: он прервётся.', buttons: ['Остаться', 'Выйти'] }])
  await answer(false)
  expect(done).toEqual([])
  expect(guard.mayQuit()).toBe(false)
  await answer(true)
  expect(done).toEqual(['quit'])
  expect(guard.mayQuit()).toBe(true)
})

test('unsent work is told in the person’s language; text that only the page has is not promised to stay', () => {
  const unsent = setUp({ ...idle, unsent: 2 }, { language: 'en' })
  expect(unsent.guard.mayQuit()).toBe(false)
  expect(unsent.asked[0]?.detail).toMatch(/^Not sent yet: 2\./)
  const unkept = setUp({ ...idle, unsent: 2, unkept: true }, { language: 'en' })
  expect(unkept.guard.mayQuit()).toBe(false)
  expect(unkept.asked[0]?.detail).toMatch(/only in the window.*lost\.$/)
  expect(unkept.asked[0]?.detail).not.toMatch('stays')
})

test('closing the workplace hides it while somebody is signed in, in a call too, and nothing is asked', () => {
  const { guard, asked, desk } = setUp(onCall, { hides: true })
  expect(guard.onClosing('workplace')).toBe('hide')
  expect(guard.onClosing('monitor')).toBe('close')
  desk.state = { ...idle, person: null }
  expect(guard.onClosing('workplace')).toBe('close')
  expect(asked).toEqual([])
})

test('where nothing is hidden, closing in a call asks about the window, and ends the window alone', async () => {
  const { guard, asked, answer, done } = setUp(onCall)
  expect(guard.onClosing('workplace')).toBe('stay')
  await answer(false)
  expect(done).toEqual([])
  expect(guard.onClosing('workplace')).toBe('stay')
  expect(asked.map(({ message }) => message)).toEqual(['Закрыть окно?', 'Закрыть окно?'])
  await answer(true)
  expect(done).toEqual(['close'])
  // Neither the window nor its page asks again.
  expect(guard.onClosing('workplace')).toBe('close')
  expect(asked).toHaveLength(2)
})

test('a page that refuses is asked about once, by what is really about to happen', () => {
  const { unload } = setUp(onCall)
  expect(unload('reload', true)).toMatchObject({ goes: true, questions: [{ message: 'Загрузить окно заново?' }] })
  expect(unload('close', false)).toMatchObject({ goes: false, questions: [{ message: 'Закрыть окно?' }] })
})

test('a page that refuses for what the desk does not know of is believed', () => {
  const { unload } = setUp(idle)
  expect(unload('close', false).questions[0]?.detail).toMatch('нигде больше не сохранена')
  // The workplace's call is not the monitor's.
  const call = setUp(onCall)
  expect(call.unload('close', false, 'monitor').questions[0]?.detail).not.toMatch('звонок')
})

test('a yes is not asked for again by the pages of the windows that close', async () => {
  const { guard, answer, unload } = setUp(onCall)
  guard.mayQuit()
  await answer(true)
  expect(unload('close', false)).toEqual({ goes: true, questions: [] })
})

test('an end that a page kept from happening is over: closing hides again', () => {
  const { guard, unload } = setUp(idle, { hides: true })
  expect(guard.mayQuit()).toBe(true)
  expect(guard.onClosing('workplace')).toBe('close')
  expect(unload('close', false).goes).toBe(false)
  expect(guard.onClosing('workplace')).toBe('hide')
})

test('a shutdown that did not come to pass leaves no leave behind', () => {
  const { guard, asked, unload, pass } = setUp(onCall)
  guard.allow()
  expect(guard.mayQuit()).toBe(true)
  expect(unload('close', false).questions).toEqual([])
  pass(30_000)
  expect(guard.mayQuit()).toBe(false)
  expect(asked).toHaveLength(1)
  expect(unload('close', false).goes).toBe(false)
})

test('a question that could not be asked may be asked again', async () => {
  let asked = 0
  const guard = createLeaveGuard({
    desk: () => onCall,
    language: () => 'ru',
    hidesWorkplace: () => false,
    ask: async () => {
      asked += 1
      throw new Error('no dialog')
    },
    quit: () => undefined,
    closeWorkplace: () => undefined,
    now: () => 0,
  })
  expect(guard.mayQuit()).toBe(false)
  await new Promise(setImmediate)
  expect(guard.mayQuit()).toBe(false)
  expect(asked).toBe(2)
})
