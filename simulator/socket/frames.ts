import protobuf from 'protobufjs/light.js';

/** One frame of the long connection. */
export interface Frame {
  /** Control frames are pings and pongs; data frames carry events and the answers to them. */
  readonly method: 'control' | 'data';
  readonly service: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

interface WireFrame {
  readonly method: number;
  readonly service: number;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly payload: Uint8Array;
}

const required = (type: string, id: number) => ({ rule: 'required', type, id });

// Package pbbp2, as the official SDKs have it.
const schema = protobuf.Root.fromJSON({
  nested: {
    Header: { fields: { key: required('string', 1), value: required('string', 2) } },
    Frame: {
      fields: {
        SeqID: required('uint64', 1),
        LogID: required('uint64', 2),
        service: required('int32', 3),
        method: required('int32', 4),
        headers: { rule: 'repeated', type: 'Header', id: 5 },
        payloadEncoding: { type: 'string', id: 6 },
        payloadType: { type: 'string', id: 7 },
        payload: { type: 'bytes', id: 8 },
        LogIDNew: { type: 'string', id: 9 },
      },
    },
  },
});
const frameType = schema.lookupType('Frame');
const methods = ['control', 'data'] as const;

export function encodeFrame({ method, service, headers, payload }: Frame): Uint8Array {
  const pairs = Object.entries(headers).map(([key, value]) => ({ key, value }));
  const fields = { SeqID: 0, LogID: 0, service, method: methods.indexOf(method), headers: pairs, payload };
  return frameType.encode(frameType.create(fields)).finish();
}

/** Throws when the bytes are no frame, or one of a method nobody knows. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const { service, method: number, headers, payload } = frameType.decode(bytes) as unknown as WireFrame;
  const method = methods[number];
  if (method === undefined) throw new Error(`No frame has the method ${number}`);
  return { method, service, headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])), payload };
}
