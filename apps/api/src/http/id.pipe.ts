import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId, notFound } from '@comity/kernel';

/** Path parameter that is an id: what cannot be an id names nothing, so it is answered 404 `<noun>.not-found` like any unknown id. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  constructor(private readonly noun: string) {}

  transform(value: string): string {
    if (!isId(value)) throw notFound(`${this.noun}.not-found`, `There is no such ${this.noun} here.`);
    return value;
  }
}

/** Path parameter that is a number from 1: anything else is answered 404 like a number that is not there. */
@Injectable()
export class NumberPipe implements PipeTransform<string, number> {
  constructor(private readonly noun: string) {}

  transform(value: string): number {
    if (!/^[1-9]\d{0,8}$/.test(value)) throw notFound(`${this.noun}.not-found`, `There is no such ${this.noun} here.`);
    return Number(value);
  }
}
