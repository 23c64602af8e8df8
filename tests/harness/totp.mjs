// A device that computes codes.
import crypto from 'node:crypto'

// RFC 6238 once more: the key as the page shows it, so many steps of 30 seconds from now.
export function code(key, steps = 0) {
	const bits = [...key.replace(/\s/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
	const bytes = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
	const counter = Buffer.alloc(8)
	counter.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps))
	const mac = crypto.createHmac('sha1', bytes).update(counter).digest()
	const at = mac[19] & 15
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0')
}
