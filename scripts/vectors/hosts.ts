/** The vectors of docs/protocol/60-hosts.md: `npx tsx scripts/vectors/hosts.ts`. */
import { cidToBytes, cidToString, dagCborCid, rawCid } from '../../src/core/blocks/cid.ts'
import { bytesToHex } from '../../src/core/bytes.ts'
import { encodeCbor } from '../../src/core/cbor.ts'
import { blockStorageKey } from '../../src/core/records/storage-key.ts'
import { encodeCircuitData, encodeControl, encodeCredit, encodePiece } from '../../src/core/swarm/host-frames.ts'
import { loginTranscript, signLogin } from '../../src/core/swarm/host-login.ts'
import type { ClientMessage, HostMessage } from '../../src/core/swarm/host-protocol.ts'
import { testSigner } from '../../tests/support/ed25519.ts'
import { writeVector } from './write-vector.ts'

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const signer = await testSigner(1)
const claim = {
  origin: 'https://kith.example.org',
  challenge: filled(7),
  network: filled(0),
  person: 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
}
const cid = rawCid(new Uint8Array([104, 101, 108, 108, 111]))
const logIn = await signLogin(claim, [new Uint8Array([1, 2, 3])], signer)

/** JSON has no bytes: `hex:` and their digits stand for them. */
const readable = (message: object): unknown =>
  JSON.parse(JSON.stringify(message, (_, value) => (value instanceof Uint8Array ? `hex:${bytesToHex(value)}` : value)))

const control = (from: 'client' | 'host', message: ClientMessage | HostMessage) => ({
  name: `${message.type}, sent by the ${from}`,
  from,
  message: readable(message),
  hex: bytesToHex(encodeControl(message)),
})

const body = (value: unknown): Uint8Array => new Uint8Array([1, 0, ...encodeCbor(value)])
const hexOfPiece = (request: number, left: number, bytes: readonly number[]): string =>
  bytesToHex(encodePiece(request, left, new Uint8Array(bytes)))
const refused = (name: string, error: string, bytes: Uint8Array) => ({ name, error, hex: bytesToHex(bytes) })

await writeVector('host-messages', {
  description: 'Frames between client and host. In `message`, `hex:…` stands for bytes; `hex` is the whole frame.',
  cases: [
    control('host', { type: 'challenge', version: 1, challenge: filled(7) }),
    control('client', logIn),
    control('host', {
      type: 'welcome',
      version: 1,
      publicUrl: 'https://kith.example.org',
      ice: ['stun:stun.example.org:3478'],
    }),
    control('client', { type: 'announce', keys: [filled(3)] }),
    control('client', { type: 'withdraw', keys: [filled(3)] }),
    control('client', { type: 'watch', keys: [filled(3), filled(4)] }),
    control('client', { type: 'unwatch', keys: [] }),
    control('client', { type: 'bases', bases: ['https://s3.example.org/mine/'] }),
    control('host', { type: 'holders', key: filled(3), holders: [{ device: filled(5), person: claim.person }] }),
    control('client', { type: 'signal', to: filled(5), data: '{"type":"offer"}' }),
    control('host', { type: 'signal', from: filled(5), person: claim.person, data: '{"type":"answer"}' }),
    control('host', { type: 'absent', device: filled(5) }),
    control('client', { type: 'open', circuit: 1, to: filled(5) }),
    control('host', { type: 'incoming', circuit: 2, from: filled(5), person: claim.person }),
    control('client', { type: 'accept', circuit: 2 }),
    control('host', { type: 'close', circuit: 1, reason: 'absent' }),
    control('host', { type: 'read-block', request: 1, cid: cidToBytes(cid) }),
    control('host', { type: 'read-record', request: 2, key: filled(3) }),
    control('host', { type: 'write-record', request: 3, key: filled(3), record: new Uint8Array([1, 2, 3]) }),
    control('client', { type: 'outcome', request: 2, outcome: 'absent' }),
    control('client', { type: 'outcome', request: 3, outcome: 'stored' }),
    control('client', { type: 'ping', n: 0 }),
    control('host', { type: 'pong', n: 0 }),
    control('host', { type: 'error', code: 'limit', detail: 'announced-keys' }),
    {
      name: 'circuit bytes',
      circuit: 1,
      data: '68656c6c6f',
      hex: bytesToHex(encodeCircuitData(1, new Uint8Array([104, 101, 108, 108, 111]))),
    },
    { name: 'a piece that more follow', request: 1, left: 3, piece: '6865', hex: hexOfPiece(1, 3, [104, 101]) },
    { name: 'the last piece', request: 1, left: 0, piece: '6c6c6f', hex: hexOfPiece(1, 0, [108, 108, 111]) },
    { name: 'an answer of no bytes', request: 2, left: 0, piece: '', hex: hexOfPiece(2, 0, []) },
    { name: 'credit', circuit: 258, credit: 262_144, hex: bytesToHex(encodeCredit(258, 262_144)) },
  ],
  refused: [
    refused('another version', 'unknown-version', new Uint8Array([2, 0, 0xa0])),
    refused('an unknown kind', 'malformed', new Uint8Array([1, 9, 0xa0])),
    refused('circuit 0', 'malformed', new Uint8Array([1, 1, 0, 0, 0, 0, 1])),
    refused('credit of three bytes', 'malformed', new Uint8Array([1, 2, 0, 0, 0, 1, 0, 0, 1])),
    refused('request 0', 'malformed', new Uint8Array([1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
    refused('a piece without a number of bytes left', 'malformed', new Uint8Array([1, 3, 0, 0, 0, 1, 0, 0, 0])),
    refused('an empty piece that more follow', 'malformed', new Uint8Array([1, 3, 0, 0, 0, 1, 0, 0, 0, 1])),
    refused('an unknown outcome', 'malformed', body({ type: 'outcome', request: 1, outcome: 'perhaps' })),
    refused('a CID of 35 bytes', 'malformed', body({ type: 'read-block', request: 1, cid: new Uint8Array(35) })),
    refused('an unknown type', 'malformed', body({ type: 'hello' })),
    refused('a field too many', 'malformed', body({ type: 'ping', n: 1, m: 1 })),
    refused('a base in a private network', 'malformed', body({ type: 'bases', bases: ['https://10.0.0.1/'] })),
    refused('a key of 31 bytes', 'malformed', body({ type: 'watch', keys: [new Uint8Array(31)] })),
  ],
})

await writeVector('host-login', {
  description: 'What a device signs to log in. The device key is Ed25519 with a seed of 32 times 0x01.',
  cases: [
    {
      name: 'a log-in',
      ...(readable(claim) as object),
      device: bytesToHex(signer.publicKey),
      transcript: bytesToHex(loginTranscript({ ...claim, device: signer.publicKey })),
      signature: bytesToHex(logIn.signature),
    },
  ],
  refused: [],
})

const keyed = (name: string, bytes: Uint8Array, cid = rawCid(bytes)) => ({
  name,
  cid: cidToString(cid),
  key: bytesToHex(blockStorageKey(cidToBytes(cid))),
})

await writeVector('block-keys', {
  description: 'Storage keys under which holders of a block are found: sha256("kith/block" ‖ CID).',
  cases: [
    keyed('a raw block', new Uint8Array([104, 101, 108, 108, 111])),
    keyed('an empty raw block', new Uint8Array(0)),
    keyed('a dag-cbor block', encodeCbor({ hello: 'kith' }), dagCborCid(encodeCbor({ hello: 'kith' }))),
  ],
  refused: [],
})
