// What the stock npm client `ollama` gets through the box, beside what it gets from Ollama itself. Prints a
// line a case; exits with the number of those that differ.
import { Ollama } from 'ollama'

const { DIRECT, THROUGH, TOKEN } = process.env
const clients = [
  new Ollama({ host: DIRECT }),
  new Ollama({ host: THROUGH, headers: { Authorization: `Bearer ${TOKEN}` } }),
]
const messages = [{ role: 'user', content: 'What do you see?' }]
const options = { seed: 7, temperature: 0 }
const own = /"(created_at|[a-z_]*duration|expires_at|size_vram)":("[^"]*"|[\d.]+)/g
const plain = (value) => JSON.stringify(value).replace(own, '"$1":0')

let wrong = 0
async function both(name, ask) {
  let outcome = 'ok'
  try {
    const [direct, through] = [await ask(clients[0]), await ask(clients[1])]
    if (direct !== through) outcome = `DIFFERS\n  direct:  ${direct.slice(0, 600)}\n  through: ${through.slice(0, 600)}`
  } catch (e) {
    outcome = `FAILED: ${e}`
  }
  if (outcome !== 'ok') wrong++
  console.log(`npm ${name}: ${outcome}`)
}

async function all(stream) {
  const pieces = []
  for await (const piece of await stream) pieces.push(plain(piece))
  return pieces.join('\n')
}

// Begins an answer without end, and leaves. Whoever comes next is answered only if Ollama noticed.
async function abort(client) {
  const endless = [{ role: 'user', content: '<|endless|>' }]
  const stream = await client.chat({ model: 'plain', messages: endless, stream: true, options })
  const pieces = []
  try {
    for await (const piece of stream) {
      pieces.push(plain(piece))
      if (pieces.length === 3) stream.abort()
      if (pieces.length > 1000) throw new Error('it did not end')
    }
  } catch (e) {
    if (e.name !== 'AbortError') throw e
  }
  return pieces.slice(0, 3).join('\n') + plain(await client.chat({ model: 'plain', messages, options }))
}

// In no order, where several were made in one moment.
await both('list', async (c) => (await c.list()).models.map(plain).sort().join('\n'))
await both('show', async (c) => plain(await c.show({ model: 'plain' })))
await both('chat', async (c) => plain(await c.chat({ model: 'reciter', messages, options })))
await both('chat, as a stream', (c) => all(c.chat({ model: 'reciter', messages, stream: true, options })))
await both('generate', async (c) => plain(await c.generate({ model: 'plain', prompt: 'What?', options })))
await both('embed', async (c) => plain(await c.embed({ model: 'embedder', input: 'one' })))
await both('abort', abort)
process.exit(Math.min(wrong, 99))
