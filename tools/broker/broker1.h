/* SPDX-License-Identifier: MIT */
/*
 * Names of the broker's D-Bus interface, for the broker and its clients.
 */
#ifndef MC_BROKER1_H
#define MC_BROKER1_H

#define MC_BROKER_NAME		"org.miracast.Broker1"
#define MC_BROKER_PATH		"/org/miracast/Broker1"
#define MC_BROKER_INTERFACE	"org.miracast.Broker1"
#define MC_BROKER_ACTION	"org.miracast.create-context"
#define MC_BROKER_ERROR(name)	"org.miracast.Error." name
#define MC_BROKER_GROUP		"miracast"

#endif
