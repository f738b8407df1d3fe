import { createLab } from 'rtnetlink/network'
import { reach } from './reach.js'
import { call, remark, result } from './screen.js'
import type { Story } from './steps.js'

/** Builds two networks with a router between them, and lets packets pass. */
export async function lab({ cleanup }: Story): Promise<void> {
  const built = await call(() =>
    createLab({
      hosts: { a: { gateway: '10.0.0.254' }, b: { gateway: '10.0.1.254' }, r: { forward: true } },
      switches: ['left', 'right'],
      links: ['a 10.0.0.1/24 -- left', 'r 10.0.0.254/24 -- left', 'r 10.0.1.254/24 -- right', 'b 10.0.1.1/24 -- right'],
    }),
  )
  cleanup.defer(() => built.close())
  result(...String(built).split('\n'))
  const [a, b] = [built.host('a'), built.host('b')]
  await reach({ ref: a.netns, text: 'a', address: '10.0.0.1' }, { ref: b.netns, text: 'b', address: '10.0.1.1' })
  remark('lab.toSvg() is the picture; rate, delay and loss of a link are netem and tbf, where the kernel has them')
}
