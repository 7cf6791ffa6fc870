export { createTelephony } from './create-telephony.ts'
export { demoCallRequest } from './demo-call.ts'
export type { PbxCall, PbxChange, PbxEndpoint, PbxLeg, PbxQueue, PbxQueueMember, PbxState } from './pbx-state.ts'
export { emptyPbxState } from './pbx-state.ts'
export type {
  AmiAccount,
  Disposer,
  OriginateRequest,
  Telephony,
  TelephonyCommands,
  TestConnection,
} from './telephony.ts'
export { TelephonyError } from './telephony-error.ts'
export { createTestConnection } from './test-connection.ts'
