/** Where a tab keeps its phone while a call is up. Alone in its file: the page's start looks here before it loads anything else. */
export const savedPhoneKey = 'callsync.phone.calls'
