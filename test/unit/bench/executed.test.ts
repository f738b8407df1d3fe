import { describe, expect, it } from 'vitest'
import { executed } from '../../../bench/executed.js'
import { blocking, change, echoing, NEW, number } from '../io/fixtures.js'

describe('what a case of the benchmark counts', () => {
  const requests = () => Array.from({ length: 70 }, (_, i) => change(i))

  it('was executed', () => {
    using rt = blocking(echoing())
    expect(() => executed(rt.bulk(requests), 70)).not.toThrow()
  })

  it('is not what was refused', () => {
    const transport = echoing().on(NEW, request => {
      if (number(request.payload) === 5) request.error('EEXIST')
      else request.ack()
    })
    using rt = blocking(transport)
    expect(() => executed(rt.bulk(requests), 70)).toThrow('test 16 5: EEXIST')
  })

  it('is not what may have been executed', () => {
    const transport = echoing().on(NEW, request => {
      if (number(request.payload) === 63) request.socket.overflow()
      else request.ack()
    })
    using rt = blocking(transport)
    expect(() => executed(rt.bulk(requests), 70)).toThrow('answers to 64 of 70 requests were lost')
  })

  it('is not more than what was sent', () => {
    using rt = blocking(echoing())
    expect(() => executed(rt.bulk(requests), 71)).toThrow('70 of 71 requests were sent')
  })
})
