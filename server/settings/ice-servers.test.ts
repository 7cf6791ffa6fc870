import { expect, test } from 'vitest'
import { iceServerOf } from './ice-servers.ts'

test('a plain address stays as it is', () => {
  expect(iceServerOf(' stun:stun.example:3478 ')).toEqual({ urls: 'stun:stun.example:3478' })
  expect(iceServerOf('turn:turn.example')).toEqual({ urls: 'turn:turn.example' })
  expect(iceServerOf('turn:192.0.2.1:3478?transport=tcp')).toEqual({ urls: 'turn:192.0.2.1:3478?transport=tcp' })
})

test('a TURN account is told apart from the address, whatever the password holds', () => {
  expect(iceServerOf('turn:office:s3cret@turn.example:3478?transport=udp')).toEqual({
    urls: 'turn:turn.example:3478?transport=udp',
    username: 'office',
    credential: 's3cret',
  })
  expect(iceServerOf('turns:office:p:a@ss@turn.example')).toEqual({
    urls: 'turns:turn.example',
    username: 'office',
    credential: 'p:a@ss',
  })
})

test('half an account is none', () => {
  expect(iceServerOf('turn:office@turn.example')).toEqual({ urls: 'turn:office@turn.example' })
  expect(iceServerOf('stun:office:s3cret@stun.example')).toEqual({ urls: 'stun:office:s3cret@stun.example' })
})
