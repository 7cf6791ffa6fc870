/** Sources of the demo's past, whole from the beginning: nothing is ever added to them. */
export const demoRecordIds = 'demo-record:'
