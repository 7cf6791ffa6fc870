/**
 * F-keys work in every field; F1, F3, F5, F6, F7, F10, F11 and F12 belong to the browser. With Shift a key does the
 * further-going thing of its neighbour.
 */
export const callKeys = {
  answer: 'F2',
  endAndAnswer: 'Shift+F2',
  end: 'F4',
  /** The second call, beside the one that is on. */
  rejectSecond: 'Shift+F4',
  hold: 'F8',
  mute: 'F9',
  /** Opens the transfer; during a consultation, completes it. */
  transfer: 'Shift+F8',
  keypad: 'Shift+F9',
  swap: 'Alt+S',
  merge: 'Alt+K',
  recording: 'Alt+R',
  backToCaller: 'Alt+C',
  participants: 'Alt+U',
  endForAll: 'Alt+Q',
  /** Opens the announcements; stops the one that plays. */
  announcements: 'Alt+A',
  sendExtension: 'Alt+X',
} as const
